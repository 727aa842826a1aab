import { LEFT_BEFORE } from './compare.ts'
import type { BroadcastResult } from './run.ts'
import type { BroadcastView, Preflight } from './views.ts'

/** How far a broadcast is, on one line. */
export function broadcastLine({ progress, counts }: BroadcastView): string {
  const { state, reason, audience, sent, waiting, skipped, rate_now, waiting_for } = progress
  const word = waiting_for === null ? state : `${state} (waits: ${waiting_for.reason})`
  const told = [
    `${count(sent)} of ${count(audience)} sent`,
    ...(waiting > 0 ? [`${count(waiting)} waiting`] : []),
    ...(rate_now > 0 ? [`${count(Math.round(rate_now))} a second`] : []),
    ...some(skipped.total, 'skipped'),
    ...some(progress.failed, 'failed'),
    ...some(progress.in_doubt, 'in doubt'),
    ...some(counts.delivered, 'delivered'),
    ...some(counts.bounced, 'bounced'),
    ...some(counts.opened, 'opened'),
    ...some(counts.complained, 'complained'),
    ...some(counts.unsubscribed, 'left'),
  ]
  return `${reason === null ? word : `${word}: ${reason}`}, ${told.join(', ')}`
}

export function preflightLine({ sendable, skipped, links, duration, cost }: Preflight): string {
  const why = Object.entries(skipped).flatMap(([reason, people]) => some(people, reason))
  return [
    `would go to ${count(sendable)}`,
    `skip ${why.length === 0 ? 'nobody' : why.join(', ')}`,
    `${links.checked} links, ${links.faulty.length} faulty`,
    ...(duration.seconds === null ? [] : [`${Math.ceil(duration.seconds)} s`]),
    `SES ${cost.ses.toFixed(2)} USD, SNS ${cost.sns.toFixed(2)}, Cloudflare ${cost.cloudflare.toFixed(2)}`,
  ].join('; ')
}

/** What the table does not show. */
export function closingLines(result: BroadcastResult): string {
  const { lines, left, emails, calls, perSecond, sentSeconds, seconds } = result
  const spared = lines.find(({ name }) => name === LEFT_BEFORE)?.ledger ?? 0
  return [
    `While it was sent ${count(left)} left by last month's email: ${count(spared)} were not claimed yet and did not get it`,
    `Sent in ${sentSeconds.toFixed(1)} s with the canary's wait, ${count(Math.round(perSecond))} emails a second after it`,
    `${count(calls)} calls to SES for ${count(emails)} emails`,
    `All told and recorded after ${seconds.toFixed(1)} s`,
  ].join('\n')
}

function count(number: number): string {
  return number.toLocaleString('en')
}

function some(number: number, what: string): string[] {
  return number > 0 ? [`${count(number)} ${what.replaceAll('_', ' ')}`] : []
}
