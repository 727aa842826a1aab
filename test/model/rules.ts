import { channelProven } from '../../src/domain/proof.ts'
import type { DoubtPolicy, Lifecycle } from '../../src/domain/transition.ts'
import { expireLease, settleDoubt } from '../../src/domain/transition.ts'
import { SNS_PAUSE, WINDOW, type World } from './world.ts'

/** The design under test and, one switch at a time, the designs it must be better than. */
export interface Rules {
  policy: DoubtPolicy
  /** AWS refuses a call whose signature, made at the claim, is too old. */
  signatureFence: boolean
  /** The worker's HTTP client repeats an unclear call. */
  clientRetries: boolean
  expireLease: (email: Lifecycle, marked: boolean) => Lifecycle | null
  settleDoubt: (email: Lifecycle, channel: boolean) => Lifecycle | null
  channelProven: (world: World) => boolean
}

export const RESEND: Rules = {
  policy: 'resend',
  signatureFence: true,
  clientRetries: false,
  expireLease: (email, marked) => expireLease(email, 0, marked, WINDOW),
  settleDoubt: (email, proven) => settleDoubt(email, 0, proven),
  channelProven: (world) => proven(world),
}

export const HOLD: Rules = { ...RESEND, policy: 'hold' }

export const NO_FENCE: Rules = { ...RESEND, signatureFence: false }

/** What most job queues do: the time is up, so it is queued again. */
export const LEASE_THEN_REQUEUE: Rules = {
  ...RESEND,
  expireLease: (email) => expireLease(email, 0, false, WINDOW),
}

export const CLIENT_RETRIES: Rules = { ...RESEND, clientRetries: true }

/** Silence counts as "not accepted" even while no event comes through at all. */
export const NO_PROOF: Rules = { ...RESEND, channelProven: () => true }

/** `resend` as often as there is doubt, not once. */
export const RESEND_AGAIN: Rules = {
  ...RESEND,
  settleDoubt: (email, channel) => settleDoubt({ ...email, doubted: false }, 0, channel),
}

/** Concludes with the first sign of life, while SNS may still wait to try another event again. */
export const NO_PAUSE: Rules = { ...RESEND, channelProven: (world) => proven(world, 0) }

/** Other emails are claimed and answered in every tick; their Send events come unless the channel is down. */
function proven({ email, downSince, backSince }: World, retryMs = SNS_PAUSE): boolean {
  const claimedAt = email.claimed_at ?? 0
  const ages = Array.from({ length: 1 - claimedAt }, (_, age) => age)
  const minutes = [-1, ...ages].map((age) => ({
    minute: claimedAt + age,
    answered: 1,
    seen: downSince === null || age < downSince ? 1 : 0,
    seen_at: backSince !== null && age >= backSince ? 0 : claimedAt + age,
  }))
  const times = { proofMs: 1, silenceMs: Infinity, minuteMs: 1, retryMs }
  return channelProven(claimedAt, { now: 0, minutes, oldestWaiting: null, dead: [] }, times)
}
