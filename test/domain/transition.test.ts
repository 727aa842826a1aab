import { expect, test } from 'vitest'
import { NO_FACTS } from '../../src/domain/facts.ts'
import { STATES } from '../../src/domain/state.ts'
import { holds, witness } from '../../src/domain/transition.ts'
import { aLifecycle, aMailEvent, attemptOf, NOW, OTHER_TOKEN, TOKEN } from '../support/lifecycle.ts'
import { ruled } from '../support/operations.ts'
import { TRANSITIONS } from '../support/transition-table.ts'

test.each(TRANSITIONS)('$name', ({ email, operation, becomes }) => {
  expect(ruled(email, operation)).toEqual(becomes)
})

function operations(changing: boolean): Set<string> {
  const chosen = TRANSITIONS.filter(({ becomes }) => (becomes !== null) === changing)
  return new Set(chosen.map(({ operation }) => operation.type))
}

test('the table knows every operation in both ways', () => {
  expect(operations(true).size).toBe(11)
  expect(operations(false)).toEqual(operations(true))
})

test.each(STATES)('an attempt of an email %s holds only while it is sending', (state) => {
  const email = aLifecycle({ state, attempt: attemptOf(1, TOKEN) })
  expect(holds(email, attemptOf(1, TOKEN))).toBe(state === 'sending')
  expect(holds(email, attemptOf(1, OTHER_TOKEN))).toBe(false)
  expect(holds({ ...email, evidence_at: NOW }, attemptOf(1, TOKEN))).toBe(false)
})

test.each(STATES)('an event settles an email %s, whatever we believed', (state) => {
  const email = aLifecycle({ state, doubted: true, reason: 'what we believed' })
  expect(witness(email, aMailEvent({ type: 'delivery' }))).toEqual({
    ...email,
    state: 'sent',
    due_at: null,
    lease_until: null,
    reason: null,
    evidence_at: NOW,
    facts: { ...NO_FACTS, delivered_at: NOW },
  })
})

test('an event of an older attempt settles the email as well', () => {
  const email = aLifecycle({ state: 'sending', attempt: attemptOf(2, TOKEN), attempt_number: 2 })
  expect(witness(email, aMailEvent({ attempt: attemptOf(1, OTHER_TOKEN) }))).toMatchObject({
    state: 'sent',
    evidence_at: NOW,
  })
})

test('the earliest evidence stays', () => {
  const email = aLifecycle({ state: 'sent', evidence_at: NOW - 7 })
  expect(witness(email, aMailEvent()).evidence_at).toBe(NOW - 7)
  expect(witness(email, aMailEvent({ at: NOW - 9 })).evidence_at).toBe(NOW - 9)
})
