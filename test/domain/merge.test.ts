import * as fc from 'fast-check'
import { assert, expect, test } from 'vitest'
import { eventKey, type MailEvent } from '../../src/domain/event.ts'
import { factsOf, mergeFacts, NO_FACTS } from '../../src/domain/facts.ts'
import { statusOf } from '../../src/domain/state.ts'
import { type Lifecycle, witness } from '../../src/domain/transition.ts'
import { aLifecycle, aMailEvent, attemptOf, NOW, OTHER_TOKEN } from '../support/lifecycle.ts'
import { MERGES } from '../support/merge-cases.ts'

const RUNS = 500
const MINUTE = 60_000

/** What an order of events leaves behind: the whole row, and the events told apart by key. */
function outcomeOf(email: Lifecycle, events: MailEvent[]): string {
  const row = events.reduce(witness, email)
  const keys = [...new Set(events.map(eventKey))].toSorted()
  return JSON.stringify([row, statusOf(row.state, row.facts, row.evidence_at), keys])
}

test.each(MERGES)('$name states its facts at its time', ({ event, states, status }) => {
  expect(mergeFacts(NO_FACTS, event)).toEqual({ ...NO_FACTS, ...states })
  expect(factsOf(event).toSorted()).toEqual(Object.keys(states).toSorted())
  const row = witness(aLifecycle({ state: 'in_doubt' }), event)
  expect(statusOf(row.state, row.facts, row.evidence_at)).toBe(status)
})

const event: fc.Arbitrary<MailEvent> = fc
  .record({
    known: fc.constantFrom(...MERGES),
    at: fc.integer({ min: NOW - 10 * MINUTE, max: NOW + 10 * MINUTE }),
    attempt: fc.constantFrom(attemptOf(1, 'Ab3dEf9h'), attemptOf(2, OTHER_TOKEN)),
  })
  .map(({ known, at, attempt }) => ({ ...known.event, at, attempt }))

const email: fc.Arbitrary<Lifecycle> = fc
  .record({
    state: fc.constantFrom(
      'queued',
      'sending',
      'in_doubt',
      'sent',
      'failed',
      'unknown',
      'canceled',
    ),
    doubted: fc.boolean(),
  })
  .map(aLifecycle)

test('every order and every repetition of a set of events gives the same row', () => {
  fc.assert(
    fc.property(
      email,
      fc
        .uniqueArray(event, { minLength: 1, maxLength: 12, selector: eventKey })
        .chain((events) =>
          fc.tuple(
            fc.constant(events),
            fc.shuffledSubarray(events, { minLength: events.length }),
            fc.array(fc.constantFrom(...events), { maxLength: 8 }),
          ),
        ),
      (start, [events, shuffled, repeated]) => {
        const told = outcomeOf(start, events)
        expect(outcomeOf(start, shuffled)).toBe(told)
        expect(outcomeOf(start, [...repeated, ...shuffled])).toBe(told)
        expect(outcomeOf(start, [...shuffled, ...repeated])).toBe(told)
      },
    ),
    { numRuns: RUNS },
  )
})

/** Thirteen happenings of one email, each at its own time, as SES and the pixel may tell them. */
const THIRTEEN: MailEvent[] = [
  aMailEvent({ type: 'send' }),
  aMailEvent({ type: 'delivery' }),
  aMailEvent({ type: 'delivery_delay' }),
  aMailEvent({ type: 'delivery_delay', delayType: 'MailboxFull' }),
  aMailEvent({ type: 'bounce', bounceType: 'Permanent', feedbackId: 'f1' }),
  aMailEvent({ type: 'bounce', bounceType: 'Transient', feedbackId: 'f2' }),
  aMailEvent({ type: 'bounce', bounceType: 'Permanent', subType: 'Suppressed', feedbackId: 'f3' }),
  aMailEvent({ type: 'complaint', feedbackId: 'f4' }),
  aMailEvent({ type: 'reject' }),
  aMailEvent({ type: 'rendering_failure' }),
  aMailEvent({ type: 'open', ip: '192.0.2.1' }),
  aMailEvent({ type: 'open', source: 'pixel', loadId: 'l1' }),
  aMailEvent({ type: 'click', link: 'https://example.com/' }),
].map((each, index) => ({ ...each, at: NOW + ((index * 5) % 13) * MINUTE }))

test('all orders of up to five of thirteen events, one of them told twice, agree', () => {
  const start = aLifecycle({ state: 'in_doubt' })
  const outcomes = new Map<number, string>()
  let orders = 0
  const tell = (told: number[], set: number): void => {
    if (told.length > 0) {
      const events = told.flatMap((index) => THIRTEEN[index] ?? [])
      const expected = outcomes.get(set) ?? outcomeOf(start, events)
      outcomes.set(set, expected)
      // Once more at the end, and once more right after the first.
      for (const again of [
        [...events, ...events.slice(0, 1)],
        [...events.slice(0, 1), ...events],
      ]) {
        orders += 1
        assert.equal(outcomeOf(start, again), expected)
      }
    }
    if (told.length === 5) return
    for (let index = 0; index < THIRTEEN.length; index++) {
      if (!told.includes(index)) tell([...told, index], set | (1 << index))
    }
  }
  tell([], 0)
  process.stdout.write(`\n${orders} orders of ${outcomes.size} sets of events, one outcome a set\n`)
  // 13 + 13·12 + … + 13·12·11·10·9 orders, each with two redeliveries.
  expect(orders).toBe(2 * (13 + 156 + 1716 + 17_160 + 154_440))
  expect(outcomes.size).toBe(13 + 78 + 286 + 715 + 1287)
}, 60_000)
