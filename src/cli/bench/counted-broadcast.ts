import { setTimeout } from 'node:timers/promises'
import { sendBroadcast, uploadBroadcast } from './broadcast.ts'
import { type Counted, inLab, type Lab, UNLIMITED_RATE } from './lab.ts'
import { toldEvents } from './ledger.ts'
import type { Operations } from './price.ts'
import { untilRecorded } from './recording.ts'

const SECOND = 1000
const POLL_MS = 250
const GIVE_UP_MS = 600 * SECOND
/** Alarms set themselves again: with the counter that a grant writes, a row or two each. */
const ROWS_AN_ALARM = 2

export interface CountedBroadcast {
  size: number
  /** Drained while every Send and Delivery was told at the same time. */
  drainSeconds: number
  /** Opens a second: signed, verified, queued and recorded, with nothing else to do. */
  takenInPerSecond: number
  events: number
  rows: Counted['rows']
  operations: Operations
}

/** A whole life, with every event told over HTTP: accept, claim, sent, Send, Delivery and Open. */
export async function countedBroadcast(size: number): Promise<CountedBroadcast> {
  return await inLab(UNLIMITED_RATE, async (lab) => {
    await lab.forgetCounts()
    const cpuBefore = lab.cpuMs()
    const { id } = await uploadBroadcast(lab, size)
    const { drainSeconds } = await sendBroadcast(lab, id)
    const before = await allRecorded(lab)
    const openedAt = Date.now()
    await lab.stack.simulator.control('person', { sesMessageId: 'all', does: 'open', p: 1 })
    const after = await allRecorded(lab)
    const cpuMs = lab.cpuMs() - cpuBefore
    const { counts, rows } = await lab.counted()
    return {
      size,
      drainSeconds,
      takenInPerSecond: ((after.told - before.told) * SECOND) / (after.at - openedAt),
      events: after.told,
      rows: rows.filter(({ written }) => written > 0).toSorted((a, b) => b.written - a.written),
      operations: {
        jobs: counts.jobs,
        redelivered: counts.redelivered,
        largestJobBytes: counts.largestJobBytes,
        rowsWritten: rows.reduce((sum, { written }) => sum + written, 0),
        requests: counts.requests + counts.batches + counts.crons,
        cpuMs,
        objectRequests: counts.governor,
        objectRows: counts.governor + counts.alarms * ROWS_AN_ALARM,
      },
    }
  })
}

/** Waits until everything is told and recorded; when the last was. */
async function allRecorded(lab: Lab): Promise<{ told: number; at: number }> {
  const deadline = Date.now() + GIVE_UP_MS
  for (;;) {
    const { told, pending } = await toldEvents(lab)
    if (pending === 0) return { told, at: await untilRecorded(lab, told, deadline) }
    if (Date.now() > deadline) throw new Error(`${pending} events are still on their way.`)
    await setTimeout(POLL_MS)
  }
}
