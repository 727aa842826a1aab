/** A call to SES as the ledger has it; `at` in epoch milliseconds. */
export interface PacedCall {
  at: number
  recipients: number
}

const SECOND = 1000

/** Recipients beyond rate x t in the worst of all windows of t seconds that begin and end with a call. */
export function worstExcess(calls: readonly PacedCall[], perSecond: number): number {
  const sorted = calls.toSorted((a, b) => a.at - b.at)
  let worst = 0
  for (const [from, { at: start }] of sorted.entries()) {
    let recipients = 0
    for (const call of sorted.slice(from)) {
      recipients += call.recipients
      worst = Math.max(worst, recipients - (perSecond * (call.at - start)) / SECOND)
    }
  }
  return worst
}

/** The part of the rate that was used from `start` on, 1 for all of it. */
export function usedShare(
  calls: readonly PacedCall[],
  { start, seconds, perSecond }: { start: number; seconds: number; perSecond: number },
): number {
  const within = calls.filter(({ at }) => at >= start && at < start + seconds * SECOND)
  return within.reduce((sum, { recipients }) => sum + recipients, 0) / (perSecond * seconds)
}
