import { env } from 'cloudflare:workers'
import { sesClient } from '../../src/aws/ses.ts'
import { sendJobs } from '../../src/consumer/send-jobs.ts'
import type { SendDeps, SendSettings } from '../../src/consumer/sending.ts'
import type { Grant } from '../../src/governor/pace.ts'
import { fileStore } from '../../src/files/files.ts'
import type { DueEmail } from '../../src/queue/enqueue.ts'
import { NOW, random } from './an-api.ts'

interface Tag {
  Name: string
  Value: string
}

/** As much of SES's two requests as tests look at. */
export interface SesBody {
  Destination?: object
  EmailTags?: Tag[]
  Content?: { Simple: { Headers: Tag[]; Attachments?: object[]; Body: object } }
  DefaultContent?: { Template: { TemplateContent: object } }
  BulkEmailEntries?: {
    Destination: { ToAddresses: string[] }
    ReplacementHeaders: Tag[]
    ReplacementTags: Tag[]
    ReplacementEmailContent: { ReplacementTemplate: { ReplacementTemplateData: string } }
  }[]
  ConfigurationOverrides?: object
}

export interface SesRequest {
  operation: 'SendEmail' | 'SendBulkEmail'
  body: SesBody
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
  grant: { with: (want: number) => Omit<Grant, 'at' | 'rate'> }
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
  clickTracking: false,
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
    grant: { with: (want) => ({ granted: want, waitMs: 0 }) },
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
        const sent = new Request(input, init)
        const request = readRequest(sent.url, sent.headers, await sent.json<SesBody>())
        consumer.calls.push(request)
        return await consumer.answer.with(request)
      },
    ),
    governor: {
      async ask({ want, class: priority }) {
        consumer.taken.push({ want, class: priority })
        const grant = consumer.grant.with(want)
        return { ...grant, at: consumer.clock.now + grant.waitMs, rate: Infinity }
      },
      async take(wanted) {
        const grant = await this.ask(wanted)
        if (grant.granted > 0) consumer.clock.now = grant.at
        return grant
      },
      async giveBack({ recipients }) {
        consumer.returned.push(recipients)
      },
      async report(trouble) {
        consumer.reports.push(trouble)
      },
    },
    lane: { freeAt: 0 },
    queue: {
      async enqueue(emails) {
        consumer.requeued.push(...emails)
      },
    },
    pixelUrl: (attempt) => `https://mail.aerogram.test/o/${attempt}.gif`,
    trackLink: (attempt) => (link) =>
      link.includes('/u/')
        ? null
        : `https://mail.aerogram.test/c/${attempt}/${encodeURIComponent(link)}`,
    unsubscribeUrl: ({ address }) => `https://mail.aerogram.test/u/${address}`,
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

function readRequest(url: string, headers: Headers, body: SesBody): SesRequest {
  const tagLists = body.BulkEmailEntries?.map((entry) => entry.ReplacementTags) ?? [
    body.EmailTags ?? [],
  ]
  return {
    operation: url.endsWith('/outbound-bulk-emails') ? 'SendBulkEmail' : 'SendEmail',
    body,
    attempts: tagLists.map(
      (tags) => tags.find(({ Name }) => Name === 'aerogram_attempt')?.Value ?? '',
    ),
    amzDate: headers.get('x-amz-date') ?? '',
  }
}

/** The slot values of each entry of a bulk call. */
export function slotsOf(call: SesRequest | undefined): Record<string, string>[] {
  return (call?.body.BulkEmailEntries ?? []).map((entry) =>
    JSON.parse(entry.ReplacementEmailContent.ReplacementTemplate.ReplacementTemplateData),
  )
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
