/** One row of `minutes`: emails claimed from `minute` on (epoch ms) that SES answered 200, and those whose Send event came. */
export interface ClaimedMinute {
  minute: number
  answered: number
  seen: number
  /** When the first of these events was recorded. */
  seen_at: number | null
}

export interface ChannelState {
  now: number
  minutes: ClaimedMinute[]
  /** Queued time of the oldest event job not yet recorded; 0 while anything waits of which nobody knows how old it is, as in SNS's dead-letter queue. */
  oldestWaiting: number | null
  /** Queued times of events among our dead letters. */
  dead: readonly number[]
}

export interface ProofTimes {
  /** How much later a proof of life must have been claimed; also the span looked at either side. */
  proofMs: number
  silenceMs: number
  minuteMs: number
  /** The longest that SNS waits before it tries a notification again. */
  retryMs: number
}

/**
 * Whether the silence about an attempt claimed at `claimedAt` means that SES never took it. All of:
 * (a) the Send event of an attempt claimed at least `proofMs` later was recorded at least `retryMs` ago:
 * after an outage the event of a later email may come at once while SNS still waits to try that of ours again;
 * (b) no answered email claimed within `proofMs` either side lacks its Send event, or `silenceMs` are over;
 * (c) nothing that could be the missing event waits anywhere on our side. A dead letter stays until
 * somebody sees to it, but one that was queued before the claim tells of another email.
 */
export function channelProven(
  claimedAt: number,
  channel: ChannelState,
  { proofMs, silenceMs, minuteMs, retryMs }: ProofTimes,
): boolean {
  const alive = channel.minutes.some(
    ({ minute, seen, seen_at }) =>
      seen > 0 &&
      minute >= claimedAt + proofMs &&
      seen_at !== null &&
      seen_at <= channel.now - retryMs,
  )
  const lacking = channel.minutes.some(
    ({ minute, answered, seen }) =>
      answered > seen && minute + minuteMs > claimedAt - proofMs && minute <= claimedAt + proofMs,
  )
  const silent = channel.now >= claimedAt + silenceMs
  const nothingWaits = channel.oldestWaiting === null || channel.oldestWaiting > claimedAt + proofMs
  const dead = channel.dead.some((at) => at >= claimedAt - proofMs && at <= claimedAt + proofMs)
  return alive && (!lacking || silent) && nothingWaits && !dead
}
