import { STATES } from '../../src/domain/state.ts'
import { attemptOf, NOW, OTHER_TOKEN, TOKEN } from './lifecycle.ts'
import { LEASE_MS, WINDOW_MS } from './operations.ts'
import type { Rule } from './rule.ts'

const ATTEMPT = attemptOf(1, TOKEN)
const CLAIM = { type: 'claim', now: NOW, token: TOKEN, suppressed: false, paused: false } as const
const TAKEN = { attempt: ATTEMPT, attempt_number: 1, claimed_at: NOW }
const SENDING = { ...TAKEN, state: 'sending', lease_until: NOW + LEASE_MS } as const
const OVER = { due_at: null, lease_until: null }
const LATE = { ...OVER, reason: 'expired before it could be sent' }
const SUPPRESSED = { ...OVER, reason: 'the address is suppressed' }
const REFUSE = {
  type: 'refuse',
  now: NOW,
  attempt: ATTEMPT,
  retryAt: NOW + 5000,
  counts: true,
  final: false,
} as const
const AGAIN = { state: 'queued', lease_until: null, due_at: NOW + 5000, reason: 'refused' } as const
const SENT = { state: 'sent', ...OVER, reason: null } as const
const DOUBT_DUE = NOW - 20_000 + WINDOW_MS
const OPEN_ATTEMPT = {
  from: ['sending', 'in_doubt'],
  fails: [
    { state: 'sending', attempt: attemptOf(1, OTHER_TOKEN) },
    { state: 'sending', attempt: attemptOf(2, TOKEN), attempt_number: 2 },
    { state: 'sending', evidence_at: NOW },
  ],
} satisfies Partial<Rule>

/** What a worker with an attempt does to an email. */
export const ATTEMPT_RULES: Rule[] = [
  {
    operation: CLAIM,
    from: ['scheduled', 'queued'],
    holds: [
      [{}, SENDING],
      [{ state: 'scheduled' }, SENDING],
      [{ due_at: NOW }, SENDING],
      [{ due_at: null }, SENDING],
      [{ expires_at: NOW + 1 }, SENDING],
      [
        { doubted: true, reason: 'resent' },
        { ...SENDING, reason: null },
      ],
      [
        { attempt_number: 4, attempt: attemptOf(4, OTHER_TOKEN), claimed_at: NOW - 9000 },
        { ...SENDING, attempt: attemptOf(5, TOKEN), attempt_number: 5 },
      ],
      [{ expires_at: NOW }, { ...TAKEN, ...LATE, state: 'failed' }],
      [
        { expires_at: NOW, doubted: true },
        { ...TAKEN, ...LATE, state: 'unknown' },
      ],
    ],
    fails: [{ due_at: NOW + 1 }, { evidence_at: NOW - 1 }],
  },
  { operation: { ...CLAIM, paused: true }, from: [], holds: [], fails: [] },
  {
    operation: { ...CLAIM, suppressed: true },
    from: ['scheduled', 'queued'],
    holds: [
      [{}, { ...TAKEN, ...SUPPRESSED, state: 'suppressed' }],
      [{ doubted: true }, { ...TAKEN, ...SUPPRESSED, state: 'unknown' }],
      [{ expires_at: NOW }, { ...TAKEN, ...LATE, state: 'failed' }],
    ],
    fails: [{ due_at: NOW + 1 }, { evidence_at: NOW - 1 }],
  },
  {
    operation: { type: 'accept', now: NOW, attempt: ATTEMPT },
    from: STATES,
    holds: [
      [{ state: 'sending' }, { ...SENT, accepted_at: NOW, evidence_at: NOW }],
      [{ state: 'in_doubt' }, { ...SENT, accepted_at: NOW, evidence_at: NOW }],
      [
        { state: 'unknown', doubted: true },
        { ...SENT, accepted_at: NOW, evidence_at: NOW },
      ],
      [
        { state: 'queued', attempt: ATTEMPT, attempt_number: 1 },
        { ...SENT, accepted_at: NOW, evidence_at: NOW },
      ],
      [
        { state: 'sent', evidence_at: NOW - 5 },
        { ...SENT, accepted_at: NOW },
      ],
      [
        { state: 'sent', evidence_at: NOW + 5 },
        { ...SENT, accepted_at: NOW, evidence_at: NOW },
      ],
      [{ state: 'sent', accepted_at: NOW - 5, evidence_at: NOW - 5 }, SENT],
    ],
    fails: [
      { state: 'sending', attempt: attemptOf(1, OTHER_TOKEN) },
      { state: 'sending', attempt: attemptOf(2, TOKEN), attempt_number: 2 },
      { state: 'queued', attempt: null },
    ],
  },
  {
    operation: REFUSE,
    ...OPEN_ATTEMPT,
    holds: [
      [{ state: 'sending' }, { ...AGAIN, refusals: 1 }],
      [{ state: 'in_doubt' }, { ...AGAIN, refusals: 1 }],
      [
        { state: 'sending', doubted: true },
        { ...AGAIN, refusals: 1 },
      ],
      [
        { state: 'sending', refusals: 2 },
        { ...OVER, state: 'failed', refusals: 3, reason: 'refused' },
      ],
      [
        { state: 'sending', refusals: 2, doubted: true },
        { ...OVER, state: 'unknown', refusals: 3, reason: 'refused' },
      ],
    ],
  },
  {
    operation: { ...REFUSE, final: true },
    ...OPEN_ATTEMPT,
    holds: [
      [{ state: 'sending' }, { ...OVER, state: 'failed', refusals: 1, reason: 'refused' }],
      [
        { state: 'in_doubt', doubted: true },
        { ...OVER, state: 'unknown', refusals: 1, reason: 'refused' },
      ],
    ],
  },
  {
    operation: { ...REFUSE, counts: false },
    ...OPEN_ATTEMPT,
    holds: [[{ state: 'sending', refusals: 2 }, AGAIN]],
  },
  {
    operation: { type: 'suppress', now: NOW, attempt: ATTEMPT },
    ...OPEN_ATTEMPT,
    holds: [
      [{ state: 'sending' }, { ...OVER, state: 'suppressed', reason: 'nobody may get it' }],
      [
        { state: 'sending', doubted: true },
        { ...OVER, state: 'unknown', reason: 'nobody may get it' },
      ],
    ],
  },
  {
    operation: { type: 'doubt', now: NOW, attempt: ATTEMPT },
    ...OPEN_ATTEMPT,
    from: ['sending'],
    holds: [
      [
        { state: 'sending' },
        { state: 'in_doubt', lease_until: null, due_at: DOUBT_DUE, reason: 'no answer' },
      ],
    ],
  },
]
