import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { z } from 'zod'
import { DriversQueues } from './drivers-queues.ts'

/** What the Worker is to do at a point: go on, or fail with this sentence. `never` answers nobody. */
export type Word = 'go' | 'never' | { fail: string }
export type Strike = (point: string, told: unknown[]) => Promise<Word>

const pointAsk = z.object({ point: z.string(), told: z.array(z.unknown()) })
const queueAsk = z.object({
  queue: z.string(),
  jobs: z.array(z.object({ body: z.unknown(), delaySeconds: z.number() })),
})
const backlogAsk = z.object({ queue: z.string() })

/** The process beside: it decides what breaks where, and it outlives workerd. */
export class Driver {
  url = ''
  readonly queues = new DriversQueues()
  /** How often each point was reached and something was done there. */
  readonly struck = new Map<string, number>()
  #strike: Strike | null = null
  readonly #server = createServer((request, response) => void this.#answer(request, response))

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    const address = this.#server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    this.url = `http://127.0.0.1:${port}`
  }

  /** From now on; null: everything goes on. */
  strikes(strike: Strike | null): void {
    this.#strike = strike
  }

  /**
   * Something is done the next `times` times that a point is reached. Resolves when all of them were.
   * `seconds`: for so long it is waited for.
   */
  async at(
    point: string,
    times: number,
    seconds: number,
    act: (told: unknown[]) => Promise<Word>,
  ): Promise<void> {
    let left = times
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const timer = setTimeout(
      () => reject(new Error(`"${point}" was not reached within ${seconds} s`)),
      seconds * 1000,
    )
    this.strikes(async (reached, told) => {
      if (reached !== point || left === 0) return 'go'
      left -= 1
      this.count(point)
      try {
        const word = await act(told)
        if (left === 0) resolve()
        return word
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)))
        return 'go'
      }
    })
    try {
      await promise
    } finally {
      clearTimeout(timer)
      this.strikes(null)
    }
  }

  count(point: string): void {
    this.struck.set(point, (this.struck.get(point) ?? 0) + 1)
  }

  async close(): Promise<void> {
    this.#strike = null
    await this.queues.close()
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      let text = ''
      for await (const chunk of request) text += String(chunk)
      const body: unknown = JSON.parse(text)
      const answer = await this.#answerTo(request.url ?? '', body)
      if (answer === undefined) return
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(answer))
    } catch {
      // Whoever asked is dead.
      response.destroy()
    }
  }

  /** Undefined: no answer at all. */
  async #answerTo(path: string, body: unknown): Promise<unknown> {
    if (path === '/queue') {
      const { queue, jobs } = queueAsk.parse(body)
      this.queues.put(queue, jobs)
      return null
    }
    if (path === '/backlog') return this.queues.backlog(backlogAsk.parse(body).queue)
    const { point, told } = pointAsk.parse(body)
    const word = (await this.#strike?.(point, told)) ?? 'go'
    if (word === 'never') return undefined
    return word === 'go' ? null : word.fail
  }
}
