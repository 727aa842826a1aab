export interface Turn {
  /** Epoch milliseconds. */
  at: number
  /** Recipients a second that may follow each other. */
  rate: number
}

/** Of an isolate: one invocation after the other leaves by it. */
export interface Lane {
  /** Epoch milliseconds: before, no call of a broadcast may leave. */
  freeAt: number
}

export interface Departures {
  /** Resolves when it is the turn of a broadcast's call. */
  wait: (turn: Turn, recipients: number) => Promise<void>
  /** A call that waits for nobody leaves now; those behind keep their distance from it, too. */
  pass: (turn: Turn, recipients: number) => void
}

const SECOND = 1000

/**
 * Calls of broadcasts leave one after the other, never closer together than the rate allows: one
 * that was late must not meet the next. The Governor gives turns a little slower than the rate, and
 * so the delay wears off.
 */
export function departures({
  lane,
  now,
  sleep,
}: {
  lane: Lane
  now: () => number
  sleep: (ms: number) => Promise<void>
}): Departures {
  let before: Promise<void> = Promise.resolve()

  function pass({ rate }: Turn, recipients: number): void {
    lane.freeAt = Math.max(lane.freeAt, now()) + (recipients / rate) * SECOND
  }

  async function leave(turn: Turn, recipients: number): Promise<void> {
    // The clock knows no less than a millisecond. Another invocation may leave meanwhile.
    const early = () => Math.floor(Math.max(turn.at, lane.freeAt) - now())
    while (early() > 0) await sleep(early())
    pass(turn, recipients)
  }

  return {
    pass,
    wait(turn, recipients) {
      before = before.then(() => leave(turn, recipients))
      return before
    },
  }
}
