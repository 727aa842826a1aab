/**
 * Sending rate as SES counts it: recipients, in a bucket that refills by the second and may be
 * overdrawn. A call with many recipients is accepted while any balance is left; what it took too
 * much has to be paid back first ("with a limit of 1/s you can send an email with 10 recipients
 * once every 10 seconds").
 */
export class RateBucket {
  #perSecond: number
  #balance: number
  #at: number

  constructor(perSecond: number, now: number) {
    this.#perSecond = perSecond
    this.#balance = perSecond
    this.#at = now
  }

  /** A new limit starts with a full bucket. */
  limit(perSecond: number, now: number): void {
    this.#perSecond = perSecond
    this.#balance = perSecond
    this.#at = now
  }

  take(recipients: number, now: number): boolean {
    const earned = (Math.max(0, now - this.#at) / 1000) * this.#perSecond
    this.#balance = Math.min(this.#perSecond, this.#balance + earned)
    this.#at = Math.max(this.#at, now)
    if (this.#balance <= 0) return false
    this.#balance -= recipients
    return true
  }
}
