import { beforeEach, expect, test } from 'vitest'
import { NO_FACTS } from '../../src/domain/facts.ts'
import { STATES, statusOf } from '../../src/domain/state.ts'
import { witness } from '../../src/domain/transition.ts'
import { aMailEvent, ID, NOW } from '../support/lifecycle.ts'
import { MERGES } from '../support/merge-cases.ts'
import { anEmailRow, clear, FACTS, rowOf, shown } from '../support/rows.ts'
import { stated } from '../support/stated.ts'
import { TRANSITIONS } from '../support/transition-table.ts'

// What the rules of the domain say and what the statements do is one thing, the status included.

beforeEach(clear)

test.each(TRANSITIONS)('in D1, $name', async ({ email, operation, becomes }) => {
  await anEmailRow(email)
  await stated(ID, operation)
  expect(await rowOf(ID)).toMatchObject(shown(becomes ?? email))
})

test.each(MERGES)(
  'in D1, the event $name merges by the rule',
  async ({ event, states, status }) => {
    const email = await anEmailRow({ id: ID, state: 'in_doubt' })
    await stated(ID, { type: 'witness', now: NOW, event })
    const row = await rowOf(ID)
    expect(row).toMatchObject(shown(witness(email, event)))
    expect(row.facts).toEqual({ ...NO_FACTS, ...states })
    expect(row.status).toBe(status)
  },
)

test.each(MERGES)(
  'in D1, of the event $name the first and the last time stay',
  async ({ event }) => {
    let email = await anEmailRow({ id: ID, state: 'unknown', doubted: true, reason: 'unclear' })
    for (const [index, minutes] of [3, 1, 4, 2].entries()) {
      const attempt = `${ID}_${index + 1}_Ab3dEf9h`
      const told = { ...event, attempt, at: NOW + minutes * 60_000 }
      email = witness(email, told)
      await stated(ID, { type: 'witness', now: NOW, event: told })
      expect(await rowOf(ID)).toMatchObject(shown(email))
    }
  },
)

test.each(STATES)('in D1, an event settles an email %s', async (state) => {
  const email = await anEmailRow({ id: ID, state, reason: 'what we believed' })
  const event = aMailEvent({ type: 'delivery' })
  await stated(ID, { type: 'witness', now: NOW, event })
  expect(await rowOf(ID)).toMatchObject(shown(witness(email, event)))
})

test('in D1, any two facts together give the status that the rule gives', async () => {
  for (const one of FACTS) {
    for (const two of FACTS) {
      const facts = { ...NO_FACTS, [one]: NOW, [two]: NOW }
      for (const evidence_at of [NOW, null]) {
        const email = await anEmailRow({ state: 'unknown', facts, evidence_at })
        expect((await rowOf(email.id)).status).toBe(statusOf('unknown', facts, evidence_at))
      }
    }
  }
})
