import { Line } from './line.ts'

const HELD_MS = 250

export interface Parcel {
  /** Tries once: HTTP status, 0 for no answer, null while SNS itself is down. */
  attempt(): Promise<number | null>
  /** After a try; `final` when no other follows. */
  told(status: number, final: boolean): void
  /** Milliseconds before each retry. */
  retryDelays: number[]
}

interface Waiting {
  parcel: Parcel
  tries: number
}

/** What goes to one subscription: so many at once, so many a second, again after a failure. */
export class Lane {
  readonly #waiting = new Line<Waiting>()
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly #width: number
  #running = 0
  #closed = false
  #paused = false
  #nextAt = 0
  /** Null for as fast as it goes. */
  perSecond: number | null = null

  constructor(width: number) {
    this.#width = width
  }

  push(parcel: Parcel): void {
    this.#enqueue({ parcel, tries: 0 })
  }

  close(): void {
    this.#closed = true
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
  }

  #enqueue(waiting: Waiting): void {
    this.#waiting.push(waiting)
    this.#start()
  }

  #start(): void {
    while (!this.#closed && !this.#paused && this.#running < this.#width) {
      if (this.#waiting.length === 0) return
      const pauseMs = this.#takeTurn()
      if (pauseMs > 0) {
        this.#pause(pauseMs)
        return
      }
      const next = this.#waiting.shift()
      if (next === undefined) return
      this.#running += 1
      void this.#try(next)
    }
  }

  /** 0 when the throttle lets the next one go now, else milliseconds until it does. */
  #takeTurn(): number {
    if (this.perSecond === null) return 0
    const now = Date.now()
    if (this.#nextAt > now) return this.#nextAt - now
    this.#nextAt = Math.max(this.#nextAt, now - 1000) + 1000 / this.perSecond
    return 0
  }

  #pause(pauseMs: number): void {
    this.#paused = true
    this.#after(pauseMs, () => {
      this.#paused = false
      this.#start()
    })
  }

  async #try({ parcel, tries }: Waiting): Promise<void> {
    const status = await parcel.attempt()
    this.#running -= 1
    if (this.#closed) return
    if (status === null) this.#after(HELD_MS, () => this.#enqueue({ parcel, tries }))
    else {
      const delay = isRetried(status) ? parcel.retryDelays[tries] : undefined
      parcel.told(status, delay === undefined)
      if (delay !== undefined) this.#after(delay, () => this.#enqueue({ parcel, tries: tries + 1 }))
    }
    this.#start()
  }

  #after(delayMs: number, then: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      then()
    }, delayMs)
    this.#timers.add(timer)
  }
}

/** No answer, 5xx and 429 are tried again; every other 4xx is final (SNS, "Message delivery retries"). */
function isRetried(status: number): boolean {
  return status === 0 || status === 429 || status >= 500
}

export function isDelivered(status: number): boolean {
  return status >= 200 && status < 300
}
