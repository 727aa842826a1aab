import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Lab } from './lab.ts'
import type { Asked, AskedBroadcast } from './traffic.ts'

// What both sides say, read by SQL and as JSON: nothing here or in invariants/ knows the product's code.

const time = z.number().nullable()
const email = z.object({
  id: z.string(),
  broadcast_id: z.string().nullable(),
  address: z.string().nullable(),
  canary: z.number(),
  doubt_policy: z.string(),
  doubted: z.number(),
  state: z.string(),
  status: z.string(),
  reason: z.string().nullable(),
  attempt: z.string().nullable(),
  claimed_at: time,
  evidence_at: time,
  delivered_at: time,
  permanent_bounce_at: time,
  complained_at: time,
  opened: z.number(),
  first_click_at: time,
})
export type EmailRow = z.infer<typeof email>
const attempt = z.object({
  attempt: z.string(),
  claimed_at: z.number(),
  outcome: z.string(),
  reason: z.string().nullable(),
})
const eventRow = z.object({
  type: z.string(),
  attempt: z.string().nullable(),
  recipient: z.string().nullable(),
  feedback: z.string().nullable(),
})
const broadcastRow = z.object({
  id: z.string(),
  state: z.string(),
  sent: z.number(),
  delivered: z.number(),
  bounced: z.number(),
  complained: z.number(),
  opened: z.number(),
  clicked: z.number(),
})
export type BroadcastRow = z.infer<typeof broadcastRow>
const suppression = z.object({ address: z.string(), created_at: z.number() })
const unsubscribe = z.object({ address: z.string(), created_at: z.number() })
const deadLetter = z.object({ queue: z.string(), reason: z.string(), body: z.string() })

const call = z.object({
  operation: z.string(),
  at: z.number(),
  answered: z.number().nullable(),
  error: z.string().optional(),
  fault: z.string().optional(),
  attempts: z.array(z.string()),
})
export type Call = z.infer<typeof call>
const accepted = z.object({
  attemptId: z.string().nullable(),
  to: z.array(z.string()),
  at: z.number(),
})
export type Accepted = z.infer<typeof accepted>
const told = z.object({
  type: z.string(),
  attemptId: z.string().nullable(),
  recipients: z.array(z.string()),
  detail: z.object({
    feedbackId: z.string().optional(),
    bounceType: z.string().optional(),
    bounceSubType: z.string().optional(),
  }),
  lost: z.boolean(),
  deliveries: z.array(z.object({ at: z.number(), status: z.number() })),
})
export type Told = z.infer<typeof told>
const ledger = z.object({
  calls: z.array(call),
  accepted: z.array(accepted),
  events: z.array(told),
})

export interface Evidence {
  asked: Asked[]
  askedBroadcasts: AskedBroadcast[]
  emails: EmailRow[]
  attempts: z.infer<typeof attempt>[]
  events: z.infer<typeof eventRow>[]
  broadcasts: BroadcastRow[]
  suppressions: z.infer<typeof suppression>[]
  /** Who left broadcasts. */
  unsubscribes: z.infer<typeof unsubscribe>[]
  deadLetters: z.infer<typeof deadLetter>[]
  ledger: z.infer<typeof ledger>
  /** What the Worker wrote. */
  log: string[]
  /** Secrets of this run, as they must not be found. */
  secrets: string[]
}

/** What is logged may have several lines; the simulator's are no matter of the product. */
const ENTRY = /^\d{4}-\d\d-\d\dT[\d:.]+Z /m

const SQL = [
  `SELECT id, broadcast_id, address, canary, doubt_policy, doubted, state, status, reason, attempt,
    claimed_at, evidence_at, delivered_at, permanent_bounce_at, complained_at, first_click_at,
    (ses_open_at IS NOT NULL OR pixel_open_at IS NOT NULL) AS opened FROM emails`,
  'SELECT attempt, claimed_at, outcome, reason FROM attempts',
  `SELECT type, detail->>'attempt' AS attempt, recipient, detail->>'feedbackId' AS feedback
    FROM events WHERE key NOT LIKE 'local:%'`,
  'SELECT id, state, sent, delivered, bounced, complained, opened, clicked FROM broadcasts',
  'SELECT address, created_at FROM suppressions',
  'SELECT address, created_at FROM unsubscribes',
  'SELECT queue, reason, body FROM dead_letters',
]

export async function gatherEvidence(lab: Lab): Promise<Evidence> {
  const { stack, traffic, directory } = lab
  const [emails, attempts, events, broadcasts, suppressions, unsubscribes, letters] =
    await stack.worker.query(SQL)
  const [log, secrets] = await Promise.all([
    readFile(join(directory, 'stack.log'), 'utf8'),
    readFile(join(directory, 'secrets.json'), 'utf8'),
  ])
  const known = z.record(z.string(), z.string()).parse(JSON.parse(secrets))
  return {
    asked: traffic.asked,
    askedBroadcasts: traffic.broadcasts,
    emails: z.array(email).parse(emails),
    attempts: z.array(attempt).parse(attempts),
    events: z.array(eventRow).parse(events),
    broadcasts: z.array(broadcastRow).parse(broadcasts),
    suppressions: z.array(suppression).parse(suppressions),
    unsubscribes: z.array(unsubscribe).parse(unsubscribes),
    deadLetters: z.array(deadLetter).parse(letters),
    ledger: ledger.parse(await stack.simulator.control('ledger')),
    log: log.split(ENTRY).filter((entry) => entry.startsWith('worker ')),
    secrets: Object.values(known).flatMap((value) => [value, value.split(':').at(-1) ?? value]),
  }
}
