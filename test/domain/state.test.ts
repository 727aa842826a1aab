import { expect, test } from 'vitest'
import { type Fact, NO_FACTS } from '../../src/domain/facts.ts'
import { lastEvent, OPEN_STATES, STATES, type Status, statusOf } from '../../src/domain/state.ts'
import { NOW } from '../support/lifecycle.ts'

/** From the highest: a fact outranks all below it. */
const RANKS: [Fact, Status][] = [
  ['complained_at', 'complained'],
  ['rejected_at', 'rejected'],
  ['render_failed_at', 'failed'],
  ['suppressed_at', 'suppressed'],
  ['permanent_bounce_at', 'bounced'],
  ['delivered_at', 'delivered'],
  ['transient_bounce_at', 'transient_bounce'],
  ['delay_first_at', 'delayed'],
]

test.each(RANKS)('%s makes an email %s, whatever we decided', (fact, status) => {
  for (const state of STATES) {
    expect(statusOf(state, { ...NO_FACTS, [fact]: NOW }, NOW)).toBe(status)
  }
})

test('of two facts the higher gives the status', () => {
  for (const [higher, [fact, status]] of RANKS.entries()) {
    for (const [lower] of RANKS.slice(higher)) {
      expect(statusOf('sent', { ...NO_FACTS, [fact]: NOW, [lower]: NOW }, NOW)).toBe(status)
    }
  }
})

test.each(STATES)('without facts an email %s is just that, and sent with evidence', (state) => {
  expect(statusOf(state, NO_FACTS, null)).toBe(state)
  expect(statusOf(state, NO_FACTS, NOW)).toBe('sent')
})

test.each([
  'send_event_at',
  'delay_last_at',
  'ses_open_at',
  'pixel_open_at',
  'first_click_at',
] as const)('%s alone tells no more than that it was sent', (fact) => {
  expect(statusOf('unknown', { ...NO_FACTS, [fact]: NOW }, NOW)).toBe('sent')
})

test('open states are those in which something is still to be done', () => {
  expect(OPEN_STATES).toEqual(['scheduled', 'queued', 'sending', 'in_doubt'])
})

test.each([
  // status, as it reads, when opened, when clicked
  ['scheduled', 'scheduled', 'scheduled', 'scheduled'],
  ['queued', 'queued', 'queued', 'queued'],
  ['sending', 'queued', 'queued', 'queued'],
  ['in_doubt', 'queued', 'queued', 'queued'],
  ['unknown', 'queued', 'queued', 'queued'],
  ['canceled', 'canceled', 'canceled', 'canceled'],
  ['suppressed', 'suppressed', 'suppressed', 'suppressed'],
  ['failed', 'failed', 'failed', 'failed'],
  ['rejected', 'failed', 'failed', 'failed'],
  ['bounced', 'bounced', 'bounced', 'bounced'],
  ['transient_bounce', 'bounced', 'bounced', 'bounced'],
  ['complained', 'complained', 'complained', 'complained'],
  ['sent', 'sent', 'opened', 'clicked'],
  ['delivered', 'delivered', 'opened', 'clicked'],
  ['delayed', 'delivery_delayed', 'opened', 'clicked'],
] as const)(
  'last_event of an email %s is %s, opened %s, clicked %s',
  (status, plain, opened, clicked) => {
    expect(lastEvent(status, false, false)).toBe(plain)
    expect(lastEvent(status, true, false)).toBe(opened)
    expect(lastEvent(status, false, true)).toBe(clicked)
    expect(lastEvent(status, true, true)).toBe(clicked)
  },
)
