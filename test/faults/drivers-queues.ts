import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { z } from 'zod'
import type { Dice } from './seeded.ts'

const PUMP_MS = 30
const BATCH = 100

interface Kept {
  id: string
  body: unknown
  attempts: number
  /** When it was put, and from when it may be delivered; epoch milliseconds. */
  timestamp: number
  at: number
}

/** What a queue may do to its jobs. */
export interface Mischief {
  dice: Dice
  /** Chance that a job is delivered once more, beside itself. */
  twice: number
  /** Delivered later by up to so much. */
  lateMs: number
  /** The last first, and cut into batches of any size, two of them at a time. */
  torn: boolean
  /** Changes a body on its way. */
  change: (body: unknown) => unknown
}

const delivered = z.object({
  acks: z.array(z.string()),
  retries: z.array(z.object({ id: z.string(), delaySeconds: z.number() })),
})

/** Queues that live outside of workerd: at least once, in any order, whenever they like. */
export class DriversQueues {
  mischief: Mischief | null = null
  /** Of each queue with a name that ends so, one job stays behind until this is null again. */
  holdsBack: string | null = null
  readonly #heldBack = new Map<string, Kept>()
  readonly #kept = new Map<string, Kept[]>()
  readonly #underWay = new Map<string, Kept[]>()
  #api: string | null = null
  #pumping: Promise<void> = Promise.resolve()

  put(queue: string, jobs: { body: unknown; delaySeconds: number }[]): void {
    const now = Date.now()
    const { mischief } = this
    for (const { body, delaySeconds } of jobs) {
      const late = mischief === null ? 0 : mischief.dice.roll() * mischief.lateMs
      const job = {
        id: randomUUID(),
        body: mischief === null ? body : mischief.change(body),
        attempts: 1,
        timestamp: now,
        at: now + delaySeconds * 1000 + late,
      }
      if (this.holdsBack !== null && queue.endsWith(this.holdsBack) && !this.#heldBack.has(queue)) {
        this.#heldBack.set(queue, job)
        continue
      }
      this.#of(queue).push(job)
      if (mischief !== null && mischief.dice.roll() < mischief.twice) {
        this.#of(queue).push({ ...job, at: job.at + mischief.dice.roll() * 200 })
      }
    }
  }

  backlog(queue: string): { count: number; oldest: number } {
    const jobs = [...this.#of(queue), ...(this.#underWay.get(queue) ?? [])]
    const oldest = jobs.reduce((least, { timestamp }) => Math.min(least, timestamp), Infinity)
    return { count: jobs.length, oldest: jobs.length === 0 ? 0 : oldest }
  }

  /** What stayed behind comes after all. */
  letGo(): void {
    this.holdsBack = null
    for (const [queue, job] of this.#heldBack) this.#of(queue).push(job)
    this.#heldBack.clear()
  }

  waiting(): number {
    return [...this.#kept.keys()].reduce((sum, queue) => sum + this.backlog(queue).count, 0)
  }

  /** Begins to deliver to the Worker there. */
  deliverTo(api: string): void {
    this.#api = api
    this.#pumping = this.#pump()
  }

  async close(): Promise<void> {
    this.#api = null
    await this.#pumping
  }

  async #pump(): Promise<void> {
    while (this.#api !== null) {
      const api = this.#api
      const batches = [...this.#kept.keys()].flatMap((queue) =>
        this.#batches(queue).map((jobs) => ({ queue, jobs })),
      )
      if (this.mischief?.torn === true) {
        await Promise.all(batches.map((batch) => this.#deliver(api, batch)))
      } else for (const batch of batches) await this.#deliver(api, batch)
      await setTimeout(PUMP_MS)
    }
  }

  #batches(queue: string): Kept[][] {
    const now = Date.now()
    const all = this.#of(queue)
    const due = all.filter(({ at }) => at <= now).slice(0, 2 * BATCH)
    const taken = new Set(due)
    this.#kept.set(
      queue,
      all.filter((job) => !taken.has(job)),
    )
    this.#underWay.set(queue, due)
    if (this.mischief?.torn !== true) return chunks(due, BATCH)
    const { dice } = this.mischief
    const cut = dice.below(due.length + 1)
    const order = due.toReversed()
    return [order.slice(0, cut), order.slice(cut)].flatMap((part) => chunks(part, BATCH))
  }

  async #deliver(api: string, { queue, jobs }: { queue: string; jobs: Kept[] }): Promise<void> {
    const again = await this.#answers(api, queue, jobs)
    for (const job of jobs) {
      const delay = again.get(job.id)
      if (delay === undefined) continue
      job.attempts += 1
      job.at = Date.now() + delay * 1000
      this.#of(queue).push(job)
    }
    const left = new Set(jobs)
    this.#underWay.set(
      queue,
      (this.#underWay.get(queue) ?? []).filter((job) => !left.has(job)),
    )
  }

  /** Which jobs come again, after how many seconds: those that a dead Worker did not answer for, too. */
  async #answers(api: string, queue: string, jobs: Kept[]): Promise<Map<string, number>> {
    try {
      const response = await fetch(`${api}/-faults/queue`, {
        method: 'POST',
        body: JSON.stringify({ queue, jobs }),
      })
      const { retries } = delivered.parse(await response.json())
      return new Map(retries.map(({ id, delaySeconds }) => [id, delaySeconds]))
    } catch {
      return new Map(jobs.map(({ id }) => [id, 0.2]))
    }
  }

  #of(queue: string): Kept[] {
    const known = this.#kept.get(queue)
    if (known !== undefined) return known
    const made: Kept[] = []
    this.#kept.set(queue, made)
    return made
  }
}

function chunks<T>(items: T[], size: number): T[][] {
  const parts: T[][] = []
  for (let start = 0; start < items.length; start += size) {
    parts.push(items.slice(start, start + size))
  }
  return parts
}
