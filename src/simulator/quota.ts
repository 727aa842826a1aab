const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

/** Recipients accepted in the last 24 hours, rolling, to the minute. */
export class RollingQuota {
  readonly #minutes = new Map<number, number>()

  count(recipients: number, at: number): void {
    const minute = Math.floor(at / MINUTE)
    this.#minutes.set(minute, (this.#minutes.get(minute) ?? 0) + recipients)
  }

  sent(now: number): number {
    let sum = 0
    for (const [minute, recipients] of this.#minutes) {
      if (minute * MINUTE <= now - DAY) this.#minutes.delete(minute)
      else sum += recipients
    }
    return sum
  }

  /** As if so many had been sent just now and none before. */
  set(recipients: number, now: number): void {
    this.#minutes.clear()
    if (recipients > 0) this.count(recipients, now)
  }
}
