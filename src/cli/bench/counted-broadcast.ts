import { setTimeout } from 'node:timers/promises'
import { sendBroadcast, uploadBroadcast } from './broadcast.ts'
import { type Counted, inLab, type Lab, UNLIMITED_RATE } from './lab.ts'
import { toldEvents } from './ledger.ts'
import { catchNotifications, postNotifications } from './notifications.ts'
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
  /** Opens a second over HTTP: verified, queued and recorded, signed beforehand. */
  takenInPerSecond: number
  /** Processor time of workerd for one of them. */
  takenInCpuMs: number
  /** Sends and Deliveries a second from the end of the drain on, signed meanwhile by the simulator. */
  toldPerSecond: number
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
    const left = { recorded: (await lab.counted()).counts.recorded, at: Date.now() }
    const before = await allRecorded(lab)
    const open = { sesMessageId: 'all', does: 'open', p: 1 }
    const opens = await catchNotifications(
      lab,
      () => lab.stack.simulator.control('person', open),
      size,
    )
    const openedAt = Date.now()
    const cpuAtOpens = lab.cpuMs()
    await postNotifications(lab, opens)
    const events = before.told + opens.length
    const recordedAt = await untilRecorded(lab, events, openedAt + GIVE_UP_MS)
    const cpuMs = lab.cpuMs() - cpuBefore
    const { counts, rows } = await lab.counted()
    return {
      size,
      drainSeconds,
      takenInPerSecond: (opens.length * SECOND) / (recordedAt - openedAt),
      takenInCpuMs: (cpuBefore + cpuMs - cpuAtOpens) / opens.length,
      toldPerSecond: ((before.told - left.recorded) * SECOND) / (before.at - left.at),
      events,
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
