import { env } from 'cloudflare:workers'
import * as fc from 'fast-check'
import { assert, expect, test } from 'vitest'
import { markCall } from '../../src/db/mark-call.ts'
import { parseAttemptId } from '../../src/domain/attempt.ts'
import { holds, type Lifecycle } from '../../src/domain/transition.ts'
import { NOW } from '../support/lifecycle.ts'
import { ruled } from '../support/operations.ts'
import { anEmailRow, clear, rowOf, shown } from '../support/rows.ts'
import { stated } from '../support/stated.ts'
import { operationOf, start, type Stride, walk } from '../support/walk.ts'

const WALKS = 250

test('rules and statements walk the same way, step by step', { timeout: 120_000 }, async () => {
  const reached = new Map<string, number>()
  await fc.assert(
    fc.asyncProperty(start, walk, async (fields, strides) => {
      await clear()
      const email = await anEmailRow(fields)
      for (const state of await walked(email, strides)) {
        reached.set(state, (reached.get(state) ?? 0) + 1)
      }
    }),
    { numRuns: WALKS },
  )
  // Walks that never leave the start would prove nothing.
  expect([...reached.keys()].toSorted()).toEqual(
    [
      'canceled',
      'failed',
      'in_doubt',
      'queued',
      'scheduled',
      'sending',
      'sent',
      'suppressed',
      'unknown',
    ].toSorted(),
  )
})

/** Does each stride to the rule's email and to the row, and compares them; the states on the way. */
async function walked(first: Lifecycle, strides: Stride[]): Promise<string[]> {
  const attempts: string[] = []
  const marked = new Set<string>()
  const states: string[] = []
  let email = first
  let now = NOW
  for (const stride of strides) {
    now += stride.after
    if (stride.type === 'mark') {
      const attempt = attempts.at(-1 - stride.back)
      if (attempt === undefined || marked.has(attempt)) continue
      const held = holds(email, attempt)
      assert.equal(await mark(attempt, email), held)
      if (held) marked.add(attempt)
    } else {
      const called = email.attempt !== null && marked.has(email.attempt)
      const operation = operationOf(stride, email, attempts, called, now)
      if (operation === null) continue
      email = ruled(email, operation) ?? email
      await stated(email.id, operation)
      if (email.attempt !== null && !attempts.includes(email.attempt)) attempts.push(email.attempt)
    }
    expect(await rowOf(email.id)).toMatchObject(shown(email))
    states.push(email.state)
  }
  return states
}

async function mark(attempt: string, email: Lifecycle): Promise<boolean> {
  const claimToken = parseAttemptId(attempt)?.claimToken ?? ''
  const claimedAt = email.claimed_at ?? 0
  return await markCall(env.DB, { claimedAt, claimToken, number: 0, attempts: [attempt] })
}
