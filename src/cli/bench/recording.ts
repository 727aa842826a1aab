import { setTimeout } from 'node:timers/promises'
import { z } from 'zod'
import type { Lab } from './lab.ts'

const SECOND = 1000
const POLL_MS = 50
const EVENTS_A_REQUEST = 3000
const GIVE_UP_MS = 120 * SECOND

const emails = z.array(
  z.object({ attempt: z.string(), address: z.string(), messageId: z.string() }),
)
type SentEmail = z.infer<typeof emails>[number]

/** Events a second from the queue to their rows: Send, Delivery and Open of so many emails, one event a job. */
export async function recordingRate(lab: Lab, broadcastId: string, some: number): Promise<number> {
  const [rows] = await lab.stack.worker.query([
    `SELECT attempt, address, ses_message_id AS messageId FROM emails
     WHERE broadcast_id = '${broadcastId}' AND state = 'sent' ORDER BY id LIMIT ${some}`,
  ])
  const sent = emails.parse(rows)
  const events = [...sent.map(sendEvent), ...sent.map(deliveryEvent), ...sent.map(openEvent)]
  await lab.forgetCounts()
  const startedAt = Date.now()
  const deadline = startedAt + GIVE_UP_MS
  const recorded = untilRecorded(lab, events.length, deadline)
  for (let start = 0; start < events.length; start += EVENTS_A_REQUEST) {
    await lab.post('/-bench/events', events.slice(start, start + EVENTS_A_REQUEST))
  }
  return (events.length * SECOND) / ((await recorded) - startedAt)
}

/** Waits until so many jobs of the events queue are done; when the last was, in epoch milliseconds. */
export async function untilRecorded(lab: Lab, jobs: number, deadline: number): Promise<number> {
  for (;;) {
    const { counts } = await lab.counted()
    if (counts.recorded >= jobs) return counts.recordedAt
    if (Date.now() > deadline) throw new Error(`Only ${counts.recorded} of ${jobs} are recorded.`)
    await setTimeout(POLL_MS)
  }
}

const fromSes = { source: 'ses' }

function sendEvent({ attempt, address, messageId }: SentEmail) {
  return { type: 'send', attempt, at: Date.now(), recipient: address, messageId, ...fromSes }
}

function deliveryEvent({ attempt, address, messageId }: SentEmail) {
  return { type: 'delivery', attempt, at: Date.now(), recipient: address, messageId, ...fromSes }
}

function openEvent({ attempt, address, messageId }: SentEmail) {
  const reader = {
    ip: '203.0.113.7',
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Thunderbird/128.0',
  }
  const actor = { actor: 'human', actorReason: 'a mail program' }
  return {
    type: 'open',
    attempt,
    at: Date.now(),
    recipient: address,
    messageId,
    ...fromSes,
    ...reader,
    ...actor,
  }
}
