/** When calls of broadcasts may leave. */
export interface Turn {
  /** Epoch milliseconds. */
  at: number
  /** Recipients a second that may follow each other. */
  rate: number
}

const SECOND = 1000

/**
 * Resolves when it is a call's turn: one after the other, and never closer together than the rate
 * allows. One that was late must not meet the next, so what it lost is not caught up with.
 */
export function departures({
  now,
  sleep,
}: {
  now: () => number
  sleep: (ms: number) => Promise<void>
}): (turn: Turn, recipients: number) => Promise<void> {
  let before: Promise<void> = Promise.resolve()
  let freeAt = 0
  return (turn, recipients) => {
    before = before.then(async () => {
      const early = Math.max(turn.at, freeAt) - now()
      if (early > 0) await sleep(early)
      freeAt = now() + (recipients / turn.rate) * SECOND
    })
    return before
  }
}
