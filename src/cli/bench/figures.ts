import type { CountedBroadcast } from './counted-broadcast.ts'
import type { Drain } from './drain.ts'
import { count, type Figure } from './figure.ts'
import type { Paced } from './paced.ts'
import { median } from './percentile.ts'
import { D1_PER_MILLION_ROWS_WRITTEN, MILLION, priceOf, priceSentence } from './price.ts'

/** The size that most figures are about. */
export const MEASURED_SIZE = 50_000
export const LARGE_SIZE = 200_000

const UPLOAD_SECONDS = 1.5
const EMAILS_PER_SECOND = 4800
const TIMES_THE_LOOP = 5
const CALLS = 1010
const ROWS_A_RECIPIENT = 10
const TAKEN_IN_PER_SECOND = 1500
const RECORDED_PER_SECOND = 5000
const LARGE_TO_MEASURED = 4.4
const HEAP_BYTES = 100_000_000
const USED_SHARE = 0.95
const ONE_CALL = 50
const TRANSACTIONAL_MS = 2000
const PRICE_USD = 1

/** Of runs of one size; the median of several. */
export function drainFigures(runs: readonly Drain[], sdkEmails: number): Figure[] {
  const [first] = runs
  if (first === undefined) return []
  const { size } = first
  const factor = size / MEASURED_SIZE
  const of = (value: (run: Drain) => number | null) =>
    median(runs.map(value).filter((each) => each !== null))
  const name = count(size)
  const upload = of(({ uploadSeconds, acceptSeconds }) => uploadSeconds + acceptSeconds)
  const perSecond = of((run) => run.perSecond)
  const calls = of((run) => run.calls)
  const isMeasured = size === MEASURED_SIZE
  const reached = (is: boolean) => (isMeasured ? is : null)
  const figures: Figure[] = [
    {
      figure: `${name} recipients uploaded and accepted`,
      toReach: isMeasured ? `${UPLOAD_SECONDS} s` : null,
      reached: `${upload.toFixed(2)} s`,
      isReached: reached(upload <= UPLOAD_SECONDS),
      value: upload,
      unit: 's',
      how: 'one NDJSON request until its answer, and `send` until its answer',
      seen: { runs },
    },
    {
      figure: `${name} drained to SES, rate unlimited`,
      toReach: isMeasured ? `5,000 a second, ${count(EMAILS_PER_SECOND)} at least` : null,
      reached: `${count(perSecond)} a second`,
      isReached: reached(perSecond >= EMAILS_PER_SECOND),
      value: perSecond,
      unit: 'emails/s',
      how: `from \`send\` to the last email accepted by the simulator's ledger, no event told meanwhile; ${of(cpuAnEmail).toFixed(3)} ms of workerd's processor time an email`,
    },
    {
      figure: `SES calls for ${name}`,
      toReach: isMeasured ? `at most ${count(CALLS)}` : null,
      reached: count(calls),
      isReached: reached(calls <= CALLS * factor),
      value: calls,
      unit: 'calls',
      how: 'calls that send, in the ledger',
    },
  ]
  const loop = of((run) => run.sdkPerSecond)
  if (!Number.isNaN(loop)) {
    figures.push({
      figure: `${name} against the SDK loop of the same run`,
      toReach: isMeasured ? `${TIMES_THE_LOOP} times` : null,
      reached: `${(perSecond / loop).toFixed(1)} times ${count(loop)} a second`,
      isReached: reached(perSecond / loop >= TIMES_THE_LOOP),
      value: perSecond / loop,
      unit: 'times',
      how: `@aws-sdk/client-sesv2, one SendEmail a recipient, 50 at once, no database, ${count(sdkEmails)} emails; the simulator alone takes ${count(of((run) => run.simulatorPerSecond))} a second from six calls at once`,
    })
  }
  const recorded = of((run) => run.recordedPerSecond)
  if (!Number.isNaN(recorded)) {
    figures.push({
      figure: 'events recorded, from queue to rows',
      toReach: `${count(RECORDED_PER_SECOND)} a second`,
      reached: `${count(recorded)} a second`,
      isReached: recorded >= RECORDED_PER_SECOND,
      value: recorded,
      unit: 'events/s',
      how: `Send, Delivery and Open of emails of the ${name} put into the queue, one a job, until the last batch is in D1`,
    })
  }
  return figures
}

/** Time and memory of the large size. */
export function largeFigures(measured: readonly Drain[], large: readonly Drain[]): Figure[] {
  const ratio = median(large.map(total)) / median(measured.map(total))
  const highest = Math.max(...large.map(({ heap }) => heap.highest))
  const samples = large.reduce((sum, { heap }) => sum + heap.samples, 0)
  return [
    {
      figure: '200,000 against 50,000, time',
      toReach: `${LARGE_TO_MEASURED} times`,
      reached: `${ratio.toFixed(2)} times`,
      isReached: ratio <= LARGE_TO_MEASURED,
      value: ratio,
      unit: 'times',
      how: 'upload, accept and drain together',
    },
    {
      figure: 'V8 heap of the Worker during upload and drain of 200,000',
      toReach: 'under 100 MB',
      reached: `${(highest / 1_000_000).toFixed(1)} MB`,
      isReached: highest < HEAP_BYTES,
      value: highest,
      unit: 'bytes',
      how: `the highest \`usedSize\` of Runtime.getHeapUsage, asked each 100 ms (${count(samples)} answers)`,
    },
  ]
}

function cpuAnEmail({ workerdShare, drainSeconds, size }: Drain): number {
  return (workerdShare * drainSeconds * 1000) / size
}

function total(run: Drain): number {
  return run.uploadSeconds + run.acceptSeconds + run.drainSeconds
}

export function countedFigures(counted: CountedBroadcast): Figure[] {
  const { size, operations, rows, events, takenInPerSecond, toldPerSecond, drainSeconds } = counted
  const { takenInCpuMs } = counted
  const aRecipient = operations.rowsWritten / size
  const factor = MEASURED_SIZE / size
  const price = priceOf(operations, factor)
  const unscaled = priceOf(operations)
  const webhookRows = (factor * events * D1_PER_MILLION_ROWS_WRITTEN) / MILLION
  const scaled = factor === 1 ? '' : `, counted for ${count(size)} and taken x ${factor}`
  return [
    {
      figure: 'D1 rows written per recipient, accept to Open',
      toReach: `at most ${ROWS_A_RECIPIENT}`,
      reached: aRecipient.toFixed(2),
      isReached: aRecipient <= ROWS_A_RECIPIENT,
      value: aRecipient,
      unit: 'rows',
      how: `\`meta.rows_written\` of every statement in Worker and Governor over ${count(size)} recipients and ${count(events)} events; what the Governor keeps in its own storage is no D1`,
      seen: { statements: rows },
    },
    {
      figure: 'events taken in over HTTP',
      toReach: `${count(TAKEN_IN_PER_SECOND)} a second`,
      reached: `${count(takenInPerSecond)} a second`,
      isReached: takenInPerSecond >= TAKEN_IN_PER_SECOND,
      value: takenInPerSecond,
      unit: 'events/s',
      how: `${count(size)} Opens that the simulator signed beforehand, 16 at once, verified, queued and recorded, until the last batch is in D1, ${takenInCpuMs.toFixed(2)} ms of workerd's processor time each; ${count(toldPerSecond)} a second of Sends and Deliveries that it signed at the same time on the same machine`,
    },
    {
      figure: `${count(size)} drained while all their events are told`,
      toReach: null,
      reached: `${count(size / drainSeconds)} a second`,
      isReached: null,
      value: size / drainSeconds,
      unit: 'emails/s',
      how: 'as above, with a notification for each Send and Delivery at the same time',
    },
    {
      figure: "Cloudflare's price of 50,000 with 150,000 events",
      toReach: `under ${PRICE_USD} USD`,
      reached: `${price.total.toFixed(3)} USD`,
      isReached: price.total < PRICE_USD,
      value: price.total,
      unit: 'USD',
      how: `marginal, before what the plan includes${scaled}: ${priceSentence(operations, unscaled)}`,
      seen: { operations, price },
    },
    {
      figure: 'the same with a webhook endpoint that is told every event',
      toReach: null,
      reached: `${(price.total + webhookRows).toFixed(3)} USD`,
      isReached: null,
      value: price.total + webhookRows,
      unit: 'USD',
      how: `calculated, nothing was told here: ${count(factor * events)} log rows, written once each (x 1.00); requests, jobs and cursors are far fewer`,
    },
  ]
}

export function pacedFigures(paced: Paced): Figure[] {
  const { used, worstExcess, throttled, p95, emails } = paced
  return [
    {
      figure: 'paced at 500 a second: part of the rate used',
      toReach: '95 % over 30 s',
      reached: `${(used * 100).toFixed(1)} %`,
      isReached: used >= USED_SHARE,
      value: used,
      unit: 'share',
      how: 'recipients of all calls of 30 s by the ledger, from the fifth second on; events told meanwhile',
    },
    {
      figure: 'paced at 500 a second: worst window',
      toReach: 'at most one call above 500 t, no throttle',
      reached: `${worstExcess.toFixed(0)} above, ${throttled} throttled`,
      isReached: worstExcess <= ONE_CALL && throttled === 0,
      value: worstExcess,
      unit: 'recipients',
      how: 'over all windows from one call to another, by when they came to the simulator',
    },
    {
      figure: 'transactional p95 to SES during a broadcast',
      toReach: '2 s',
      reached: `${count(p95)} ms`,
      isReached: p95 <= TRANSACTIONAL_MS,
      value: p95,
      unit: 'ms',
      how: `${emails} emails, one each 200 ms beside the paced broadcast, from the request to the ledger's acceptance; median ${count(paced.median)} ms`,
    },
  ]
}
