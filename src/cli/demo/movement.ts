const SECOND = 1000
/** Nothing moved for so long while something is still to come: it hangs. */
const HANGS_MS = 60 * SECOND

export interface Movement {
  /** What is to be seen now, whatever it is: another sight than the last one is a movement. */
  saw(what: string): void
  /** Milliseconds since the last movement. */
  stillMs(): number
  /** Throws when it hangs, or when all of it takes too long. */
  mustGoOn(): void
}

/** `deadline`: epoch milliseconds. */
export function movement(deadline: number): Movement {
  let last = ''
  let movedAt = Date.now()
  const stillMs = () => Date.now() - movedAt
  return {
    saw(what) {
      if (what !== last) movedAt = Date.now()
      last = what
    },
    stillMs,
    mustGoOn() {
      if (Date.now() > deadline) throw new Error(`It takes too long: ${last}`)
      if (stillMs() > HANGS_MS) {
        throw new Error(`Nothing has moved for ${HANGS_MS / SECOND} s: ${last}`)
      }
    },
  }
}
