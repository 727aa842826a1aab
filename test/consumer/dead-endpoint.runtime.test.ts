import { beforeEach, expect, test } from 'vitest'
import { dueWebhooks } from '../../src/db/webhooks/lease-webhook.ts'
import { aDelivery, clearWebhooks, NEVER, numberOf, tell } from '../support/a-delivery.ts'

beforeEach(clearWebhooks)

const EVENTS = 60
/** Milliseconds between what happens, and for how long the events queue gathers it. */
const EVERY = 100
const GATHERED = 1000
const TIMEOUT = 2000

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** Of an endpoint that is well: from what happened until it is sent, over a queue that runs one invocation at a time. */
async function p95(beside: 'alone' | 'dead'): Promise<number> {
  await clearWebhooks()
  const delivery = aDelivery({ now: Date.now, sleep, timeoutMs: TIMEOUT })
  const well = await delivery.sink()
  if (beside === 'dead') {
    const dead = await delivery.sink()
    dead.answers = async () => {
      await sleep(TIMEOUT)
      return NEVER
    }
  }
  const began = Date.now()
  const end = { is: false }
  const queue = (async () => {
    while (!end.is) {
      const due = await dueWebhooks(delivery.deps.db, Date.now(), 100)
      if (due.length > 0) await delivery.deliver(due)
      else await sleep(10)
    }
  })()
  for (let n = 0; n < EVENTS; n += GATHERED / EVERY) {
    await sleep(Math.max(0, began + n * EVERY + GATHERED - Date.now()))
    await tell(GATHERED / EVERY, Date.now(), n)
  }
  await sleep(TIMEOUT / 2)
  end.is = true
  await queue
  const waits = well.requests.map((event) => event.at - (began + numberOf(event) * EVERY))
  expect(waits).toHaveLength(EVENTS)
  return waits.toSorted((a, b) => a - b)[Math.floor(EVENTS * 0.95)] ?? Infinity
}

test('an endpoint that never answers makes another at most half as slow again', async () => {
  const alone = await p95('alone')
  const besideDead = await p95('dead')
  console.info('p95 of an endpoint that is well', { alone, besideDead })
  expect(besideDead).toBeLessThan(1.5 * alone)
})
