import { expect, test } from 'vitest'
import { buryJobs, recordJobs } from '../../src/consumer/record-jobs.ts'
import { NOW, random } from '../support/an-api.ts'
import { databaseAway } from '../support/broken-database.ts'

const DEPS = { db: databaseAway(), now: () => NOW, random, minuteMs: 60_000 }
const EVENT = {
  type: 'send',
  attempt: null,
  at: NOW,
  recipient: null,
  messageId: null,
  source: 'ses',
}
const QUEUE_RETRIES = 100

/** The wait after each of the deliveries that a queue makes of one message; null: acked. */
async function waits(
  run: (batch: MessageBatch) => Promise<void>,
  queue: string,
): Promise<(number | null)[]> {
  const told: (number | null)[] = []
  for (let attempts = 1; attempts <= QUEUE_RETRIES; attempts++) {
    const message: Message = {
      id: 'one',
      timestamp: new Date(NOW),
      attempts,
      body: { version: 1, events: [EVENT] },
      ack: () => void told.push(null),
      retry: (options) => void told.push(options?.delaySeconds ?? 0),
    }
    const metadata = { metrics: { backlogCount: 0, backlogBytes: 0 } }
    await run({ queue, messages: [message], metadata, ackAll() {}, retryAll() {} })
  }
  return told
}

test.each([
  { of: 'events', run: recordJobs, queue: 'aerogram-events' },
  { of: 'dead events', run: buryJobs, queue: 'aerogram-events-dead' },
])(
  'while D1 is away $of wait in their queue for half a day, the first seconds only',
  async (row) => {
    const told = await waits((batch) => row.run(batch, DEPS), row.queue)
    expect(told.slice(0, 4)).toEqual([5, 10, 20, 40])
    const hours = told.reduce<number>((sum, wait) => sum + (wait ?? 0), 0) / 3600
    expect(hours).toBeGreaterThan(12)
  },
)
