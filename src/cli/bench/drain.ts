import { sendBroadcast, uploadBroadcast } from './broadcast.ts'
import { watchHeap } from './heap.ts'
import { inLab, type Lab, UNLIMITED_RATE } from './lab.ts'
import { holdEvents, sendCalls } from './ledger.ts'
import { recordingRate } from './recording.ts'
import { sdkLoop } from './sdk-loop.ts'
import { simulatorAlone } from './simulator-alone.ts'

const WORKER = 'aerogram-local'
/** Of the six connections of an invocation. */
const AT_ONCE = 6

export interface Drain {
  size: number
  uploadSeconds: number
  acceptSeconds: number
  drainSeconds: number
  perSecond: number
  calls: number
  refusedCalls: number
  /** Processor time of workerd while it drained, per wall time: 1 is a core that never rests. */
  workerdShare: number
  heap: { highest: number; samples: number }
  /** Emails a second; only asked for at some size. */
  sdkPerSecond: number | null
  simulatorPerSecond: number | null
  /** Events a second from queue to rows. */
  recordedPerSecond: number | null
}

export interface DrainPlan {
  size: number
  /** Emails of the loop it is compared with, in the same run; 0 for none. */
  sdkEmails: number
  /** Emails whose three events are put into the queue afterwards; 0 for none. */
  recordedEmails: number
}

/** Uploads and sends as fast as it goes, while no event is told. */
export async function drain(plan: DrainPlan): Promise<Drain> {
  return await inLab(UNLIMITED_RATE, async (lab) => {
    const { size, sdkEmails, recordedEmails } = plan
    await holdEvents(lab)
    await warmUp(lab)
    const simulatorPerSecond =
      sdkEmails === 0 ? null : await simulatorAlone(lab, { calls: 200, atOnce: AT_ONCE })
    const sdkPerSecond = sdkEmails === 0 ? null : await sdkLoop(lab, sdkEmails)
    await lab.stack.simulator.control('reset', {})
    await holdEvents(lab)
    const watch = await watchHeap(lab.inspectorPort, WORKER)
    const { id, seconds: uploadSeconds } = await uploadBroadcast(lab, size)
    const cpuBefore = lab.cpuMs()
    const { sentAt, acceptSeconds, drainSeconds, ledger } = await sendBroadcast(lab, id)
    const cpuMs = lab.cpuMs() - cpuBefore
    const heap = await watch.stop()
    const calls = sendCalls(ledger).filter(({ at }) => at >= sentAt)
    return {
      size,
      uploadSeconds,
      acceptSeconds,
      drainSeconds,
      perSecond: ledger.accepted.length / drainSeconds,
      calls: calls.length,
      refusedCalls: calls.filter(({ answered }) => answered !== 200).length,
      workerdShare: cpuMs / (drainSeconds * 1000),
      heap,
      sdkPerSecond,
      simulatorPerSecond,
      recordedPerSecond: recordedEmails === 0 ? null : await recordingRate(lab, id, recordedEmails),
    }
  })
}

/** Code that was never run is slower, as it is in no long-lived isolate. */
async function warmUp(lab: Lab): Promise<void> {
  const { id } = await uploadBroadcast(lab, 500)
  await sendBroadcast(lab, id)
}
