import { z } from 'zod'
import type { WorkerProcess } from '../worker-process.ts'

const time = z.number().nullable()
const facts = {
  delivered_at: time,
  transient_bounce_at: time,
  permanent_bounce_at: time,
  suppressed_at: time,
  complained_at: time,
}
const email = z.object({
  id: z.string(),
  address: z.string().nullable(),
  state: z.string(),
  evidence_at: time,
  send_event_at: time,
  ses_open_at: time,
  pixel_open_at: time,
  ...facts,
})
const recipient = z.object({
  email_id: z.string(),
  address: z.string(),
  left_out: z.string().nullable(),
  ...facts,
})
const event = z.object({
  email_id: z.string(),
  type: z.string(),
  recipient: z.string().nullable(),
  source: z.string().nullable(),
})

/** Known of each recipient. */
export type EmailFacts = { [fact in keyof typeof facts]: number | null }

export interface DatabaseView {
  emails: z.infer<typeof email>[]
  recipients: z.infer<typeof recipient>[]
  /** What the world told, without what we decided. */
  events: z.infer<typeof event>[]
}

const FACTS = Object.keys(facts).join(', ')
// Canaries are ours, nobody asked for them.
const ASKED = '(SELECT id FROM emails WHERE canary = 0)'

export async function readDatabase(worker: WorkerProcess): Promise<DatabaseView> {
  const [emails, recipients, events] = await worker.query([
    `SELECT id, address, state, evidence_at, send_event_at, ses_open_at, pixel_open_at, ${FACTS} FROM emails WHERE canary = 0`,
    `SELECT email_id, address, left_out, ${FACTS} FROM recipients WHERE email_id IN ${ASKED}`,
    `SELECT email_id, type, recipient, detail->>'source' AS source FROM events WHERE key NOT LIKE 'local:%' AND email_id IN ${ASKED}`,
  ])
  return {
    emails: z.array(email).parse(emails),
    recipients: z.array(recipient).parse(recipients),
    events: z.array(event).parse(events),
  }
}

const count = z.object({
  state: z.string(),
  status: z.string(),
  emails: z.number(),
  opened: z.number(),
})
export type StatusCount = z.infer<typeof count>

export async function countStatuses(worker: WorkerProcess): Promise<StatusCount[]> {
  const [counts] = await worker.query([
    `SELECT state, status, count(*) AS emails,
      sum(ses_open_at IS NOT NULL OR pixel_open_at IS NOT NULL) AS opened
    FROM emails WHERE canary = 0 GROUP BY state, status`,
  ])
  return z.array(count).parse(counts)
}
