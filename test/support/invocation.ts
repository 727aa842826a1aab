import { AsyncLocalStorage } from 'node:async_hooks'
import { Rows, total } from './rows-written.ts'

/** Of one invocation of a paid Worker: developers.cloudflare.com/workers/platform/limits and /d1/platform/limits. */
const MAX_QUERIES = 1_000
const MAX_OPEN_CALLS = 6
const MAX_OPEN_QUERIES = 6

/** Production would have refused this; the message names the limit and the binding. */
export class LimitError extends Error {
  override name = 'LimitError'
}

const breaches: string[] = []

/** What was refused since the last look: a refusal that a role caught is still a failure of the test. */
export function takeBreaches(): string[] {
  return breaches.splice(0)
}

/** Written to the log too, since who calls may catch what is thrown. */
export function refuse(binding: string, limit: string): never {
  const sentence = `${binding}: ${limit}`
  breaches.push(sentence)
  console.error('limit passed', { binding, limit })
  throw new LimitError(sentence)
}

/** What one invocation has used so far, work left to `waitUntil` included. */
export class Invocation {
  queries = 0
  openCalls = 0
  openQueries = 0
  readonly rows = new Rows()

  /** fetch, R2 and queues share six connections that wait for response headers. */
  async call<T>(binding: string, call: () => Promise<T>): Promise<T> {
    if (this.openCalls >= MAX_OPEN_CALLS) {
      refuse(binding, `more than ${MAX_OPEN_CALLS} open calls (fetch, R2 and queues together)`)
    }
    this.openCalls += 1
    try {
      return await call()
    } finally {
      this.openCalls -= 1
    }
  }

  async query<T>(binding: string, statements: number, query: () => Promise<T>): Promise<T> {
    this.queries += statements
    if (this.queries > MAX_QUERIES) refuse(binding, `more than ${MAX_QUERIES} queries`)
    if (this.openQueries >= MAX_OPEN_QUERIES) {
      refuse(binding, `more than ${MAX_OPEN_QUERIES} open D1 connections`)
    }
    this.openQueries += 1
    try {
      return await query()
    } finally {
      this.openQueries -= 1
    }
  }

  count(sql: string, meta: D1Meta): void {
    this.rows.add(sql, meta)
    total.add(sql, meta)
  }
}

/** Tells concurrent invocations of one isolate apart. */
export const invocation = new AsyncLocalStorage<Invocation>()
