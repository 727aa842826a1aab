import { expect, test } from 'vitest'
import { channelProven, type ChannelState } from '../../src/domain/proof.ts'
import { NOW } from '../support/lifecycle.ts'

const MINUTE = 60_000
const TIMES = { proofMs: 5 * MINUTE, silenceMs: 75 * MINUTE, minuteMs: MINUTE, retryMs: 2 * MINUTE }
const CLAIMED = NOW

/** Seen at once, if nothing else is said. */
function minute(after: number, answered: number, seen: number, seenAfter = after * MINUTE) {
  const seen_at = seen > 0 ? CLAIMED + seenAfter : null
  return { minute: CLAIMED + after * MINUTE, answered, seen, seen_at }
}

/** Sixteen minutes after the claim, everything near it seen, and later mail too. */
const PROVEN: ChannelState = {
  now: CLAIMED + 16 * MINUTE,
  minutes: [minute(-2, 9, 9), minute(0, 3, 3), minute(4, 5, 5), minute(5, 2, 1), minute(6, 1, 1)],
  oldestWaiting: null,
  dead: [],
}

test.each<[string, Partial<ChannelState>, boolean]>([
  ['all three conditions', {}, true],
  ['no mail at all', { minutes: [] }, false],
  ['(a) no Send event of a later attempt', { minutes: [minute(-2, 9, 9), minute(4, 5, 5)] }, false],
  ['(a) a later attempt answered, not seen', { minutes: [minute(6, 4, 0)] }, false],
  ['(a) one just less than five minutes later', { minutes: [minute(4, 5, 5)] }, false],
  ['(a) one exactly five minutes later', { minutes: [minute(5, 1, 1)] }, true],
  ['(a) a canary seen before it was answered', { minutes: [minute(7, 0, 1)] }, true],
  ['(a) one that came two minutes ago', { minutes: [minute(6, 1, 1, 14 * MINUTE)] }, true],
  [
    '(a) one that came just now: ours may come with the next try of SNS',
    { minutes: [minute(6, 1, 1, 14 * MINUTE + 1)] },
    false,
  ],
  [
    '(a) one of which nobody knows when it came',
    { minutes: [{ ...minute(6, 1, 1), seen_at: null }] },
    false,
  ],
  ['(b) one in its own minute lacks', { minutes: [minute(0, 3, 2), minute(6, 1, 1)] }, false],
  ['(b) one five minutes before lacks', { minutes: [minute(-5, 1, 0), minute(6, 1, 1)] }, false],
  ['(b) one five minutes after lacks', { minutes: [minute(5, 2, 1), minute(6, 1, 1)] }, false],
  ['(b) one six minutes before lacks', { minutes: [minute(-6, 1, 0), minute(6, 1, 1)] }, true],
  ['(b) one six minutes after lacks', { minutes: [minute(6, 2, 1)] }, true],
  [
    '(b) one lacks, but 75 minutes are over',
    { minutes: [minute(0, 3, 2), minute(6, 1, 1)], now: CLAIMED + 75 * MINUTE },
    true,
  ],
  [
    '(b) one lacks, just short of 75 minutes',
    { minutes: [minute(0, 3, 2), minute(6, 1, 1)], now: CLAIMED + 75 * MINUTE - 1 },
    false,
  ],
  ['(c) an older event waits', { oldestWaiting: CLAIMED + MINUTE }, false],
  ['(c) an event from just then waits', { oldestWaiting: CLAIMED + 5 * MINUTE }, false],
  ['(c) only a later event waits', { oldestWaiting: CLAIMED + 5 * MINUTE + 1 }, true],
  ['(c) a dead letter from just then', { dead: [CLAIMED + 5 * MINUTE] }, false],
  [
    '(c) a dead letter from before, as far as clocks agree',
    { dead: [CLAIMED - 5 * MINUTE] },
    false,
  ],
  ['(c) a dead letter that cannot tell of it', { dead: [CLAIMED - 5 * MINUTE - 1] }, true],
  ['(c) only a later dead letter', { dead: [CLAIMED + 5 * MINUTE + 1] }, true],
  [
    '(c) silence for 75 minutes does not excuse what waits',
    { oldestWaiting: CLAIMED, now: CLAIMED + 80 * MINUTE },
    false,
  ],
  ['(a) silence for 75 minutes proves nothing', { minutes: [], now: CLAIMED + 80 * MINUTE }, false],
])('the channel with %s', (_, state, proven) => {
  const minutes = [minute(0, 3, 3), minute(6, 1, 1)]
  expect(channelProven(CLAIMED, { ...PROVEN, minutes, ...state }, TIMES)).toBe(proven)
})

test('one lacking five minutes after speaks against it, in the fullest picture too', () => {
  expect(channelProven(CLAIMED, PROVEN, TIMES)).toBe(false)
  const minutes = PROVEN.minutes.map((each) => ({ ...each, seen: each.answered }))
  expect(channelProven(CLAIMED, { ...PROVEN, minutes }, TIMES)).toBe(true)
})
