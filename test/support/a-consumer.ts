import { env } from 'cloudflare:workers'
import { sesClient } from '../../src/aws/ses.ts'
import { sendJobs } from '../../src/consumer/send-jobs.ts'
import type { Grant, SendDeps, SendSettings } from '../../src/consumer/sending.ts'
import { acceptEmails, type NewContent, type NewEmail } from '../../src/db/accept-emails.ts'
import { uuidv7 } from '../../src/domain/id.ts'
import { fileStore } from '../../src/files/files.ts'
import type { DueEmail } from '../../src/queue/enqueue.ts'
import type { SendJob } from '../../src/queue/jobs.ts'
import { NOW, random } from './an-api.ts'

export interface SesRequest {
  operation: 'SendEmail' | 'SendBulkEmail'
  // As SES would read it; each test looks at what it is about.
  body: Record<string, any>
  attempts: string[]
  amzDate: string
}

type Respond = (request: SesRequest) => Response | Promise<Response>

export interface AConsumer {
  /** Runs one batch of the send queue. */
  run(jobs: unknown[], attempts?: number): Promise<Delivered[]>
  calls: SesRequest[]
  /** Attempt ids that SES took. */
  accepted: string[]
  requeued: DueEmail[]
  taken: { want: number; class: string }[]
  returned: number[]
  reports: object[]
  clock: { now: number }
  answer: { with: Respond }
  grant: { with: (want: number) => Grant }
}

export interface Delivered {
  acked: boolean
  retriedAfter: number | undefined
}

const SETTINGS: SendSettings = {
  configurationSet: 'aerogram',
  recipientPolicy: { type: 'any' },
  pixel: true,
  sesTracking: true,
  leaseMs: 60_000,
  claimFreshMs: 20_000,
  windowMs: 900_000,
  minuteMs: 60_000,
}

/** The consumer on the real D1 and R2; only SES's end of the network is played. */
export function aConsumer(
  options: { settings?: Partial<SendSettings>; db?: D1Database } = {},
): AConsumer {
  const consumer: AConsumer = {
    calls: [],
    accepted: [],
    requeued: [],
    taken: [],
    returned: [],
    reports: [],
    clock: { now: NOW },
    answer: { with: (request) => accepting(request) },
    grant: { with: (want) => ({ granted: Math.min(want, 50), waitMs: 0 }) },
    async run(jobs, attempts = 1) {
      const messages = jobs.map((body) => aMessage(body, attempts))
      await sendJobs(
        {
          queue: 'aerogram-local-send',
          messages: messages.map(({ message }) => message),
          metadata: { metrics: { backlogCount: 0, backlogBytes: 0 } },
          ackAll() {},
          retryAll() {},
        },
        deps,
      )
      return messages.map(({ delivered }) => delivered)
    },
  }
  const deps: SendDeps = {
    db: options.db ?? env.DB,
    files: fileStore(env.FILES),
    ses: sesClient(
      {
        region: 'eu-west-1',
        accessKeyId: 'AKIALOCALAEROGRAM00',
        secretAccessKey: 'local-secret-local-secret-local-secret',
        endpoint: 'https://ses.aerogram.test',
        timeoutMs: 10_000,
      },
      async (input, init) => {
        const request = readRequest(new Request(input, init), await new Request(input, init).json())
        consumer.calls.push(request)
        const response = await consumer.answer.with(request)
        return response
      },
    ),
    governor: {
      async take({ want, class: priority }) {
        consumer.taken.push({ want, class: priority })
        return consumer.grant.with(want)
      },
      async giveBack({ recipients }) {
        consumer.returned.push(recipients)
      },
      async report(trouble) {
        consumer.reports.push(trouble)
      },
    },
    queue: {
      async enqueue(emails) {
        consumer.requeued.push(...emails)
      },
    },
    pixelUrl: (attempt) => `https://mail.aerogram.test/o/${attempt}.gif`,
    now: () => consumer.clock.now,
    random,
    sleep: async (ms) => {
      consumer.clock.now += ms
    },
    settings: { ...SETTINGS, ...options.settings },
  }
  function accepting(request: SesRequest): Response {
    consumer.accepted.push(...request.attempts)
    return accepted(request)
  }
  return consumer
}

/** SES's 200. */
export function accepted({ operation, attempts }: SesRequest): Response {
  const ids = attempts.map((attempt) => `0102-${attempt}`)
  if (operation === 'SendEmail') return Response.json({ MessageId: ids[0] })
  const results = ids.map((MessageId) => ({ Status: 'SUCCESS', MessageId }))
  return Response.json({ BulkEmailEntryResults: results })
}

export function refused(status: number, type: string, message: string): Response {
  return Response.json({ message }, { status, headers: { 'x-amzn-errortype': type } })
}

function readRequest(request: Request, body: Record<string, any>): SesRequest {
  const bulk = request.url.endsWith('/outbound-bulk-emails')
  const tagLists: { Name: string; Value: string }[][] = bulk
    ? body.BulkEmailEntries.map((entry: any) => entry.ReplacementTags)
    : [body.EmailTags]
  return {
    operation: bulk ? 'SendBulkEmail' : 'SendEmail',
    body,
    attempts: tagLists.map(
      (tags) => tags.find(({ Name }) => Name === 'aerogram_attempt')?.Value ?? '',
    ),
    amzDate: request.headers.get('x-amz-date') ?? '',
  }
}

function aMessage(body: unknown, attempts: number): { message: Message; delivered: Delivered } {
  const delivered: Delivered = { acked: false, retriedAfter: undefined }
  const message: Message = {
    id: crypto.randomUUID(),
    timestamp: new Date(NOW),
    attempts,
    body,
    ack() {
      delivered.acked = true
    },
    retry(options) {
      delivered.retriedAfter = options?.delaySeconds ?? 0
    },
  }
  return { message, delivered }
}

let made = 0

/** Accepted emails with contents of their own, as the API writes them; the ids in order. */
export async function acceptedEmails(
  count: number,
  fields: Partial<NewEmail> = {},
  content: Partial<NewContent> = {},
): Promise<string[]> {
  made += 1
  const ids = Array.from({ length: count }, (_, n) => uuidv7(NOW - 1000 + made, n, random(8)))
  await acceptEmails(env.DB, {
    contents: ids.map((id, n) => ({
      id,
      last_email_id: id,
      sender: 'Acme <hello@acme.dev>',
      reply_to: [],
      subject: `Subject ${n}`,
      html: `<p>Hello ${n}</p>`,
      text: `Hello ${n}`,
      html_file: null,
      text_file: null,
      headers: [],
      tags: [],
      attachments: [],
      pixel: true,
      ses_tracking: true,
      ...content,
    })),
    emails: ids.map((id, n) => ({
      id,
      content_id: id,
      api_key_id: 'testkey0',
      address: `person${made}-${n}@customer.dev`,
      name: null,
      recipient_count: 1,
      priority: 'normal',
      doubt_policy: 'resend',
      state: 'queued',
      due_at: NOW - 1000,
      scheduled_at: null,
      expires_at: null,
      ...fields,
    })),
    recipients: [],
    idempotency: null,
    now: NOW,
    since: 0,
  })
  return ids
}

export function aJob(ids: string[], priority: SendJob['priority'] = 'normal'): SendJob {
  return { version: 1, priority, emails: ids.map((id) => ({ id, recipients: 1 })) }
}

export interface EmailRow {
  id: string
  state: string
  status: string
  reason: string | null
  attempt: string | null
  attempt_number: number
  refusals: number
  due_at: number | null
  alone: 0 | 1
  accepted_at: number | null
}

export async function rowsOf(ids: string[]): Promise<EmailRow[]> {
  const { results } = await env.DB.prepare(
    `SELECT * FROM emails WHERE id IN (SELECT value FROM json_each(?1)) ORDER BY id`,
  )
    .bind(JSON.stringify(ids))
    .all<EmailRow>()
  return results
}
