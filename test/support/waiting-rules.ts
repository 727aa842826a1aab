import { STATES } from '../../src/domain/state.ts'
import { NOW } from './lifecycle.ts'
import { WINDOW_MS } from './operations.ts'
import type { Rule } from './rule.ts'

const OVER = { due_at: null, lease_until: null }
const LATE = { ...OVER, reason: 'expired before it could be sent' }
const DOUBT_DUE = NOW - 20_000 + WINDOW_MS
const OUT = { state: 'sending', lease_until: NOW } as const
const SILENT = { doubted: true, reason: 'no evidence of acceptance' }

/** What time, the sweeper and people do to an email. */
export const WAITING_RULES: Rule[] = [
  {
    operation: { type: 'expire lease', now: NOW, marked: false },
    from: ['sending'],
    holds: [
      [
        OUT,
        {
          state: 'queued',
          lease_until: null,
          due_at: NOW,
          reason: 'the lease ran out before any call',
        },
      ],
    ],
    fails: [
      { ...OUT, lease_until: NOW + 1 },
      { ...OUT, lease_until: null },
      { ...OUT, evidence_at: NOW },
    ],
  },
  {
    operation: { type: 'expire lease', now: NOW, marked: true },
    from: ['sending'],
    holds: [
      [
        OUT,
        {
          state: 'in_doubt',
          lease_until: null,
          due_at: DOUBT_DUE,
          reason: 'the lease ran out after the call was marked',
        },
      ],
    ],
    fails: [
      { ...OUT, lease_until: NOW + 1 },
      { ...OUT, lease_until: null },
      { ...OUT, evidence_at: NOW },
    ],
  },
  {
    operation: { type: 'settle doubt', now: NOW, proven: true },
    from: ['in_doubt'],
    holds: [
      [{ state: 'in_doubt' }, { ...SILENT, state: 'queued', due_at: NOW }],
      [
        { state: 'in_doubt', due_at: NOW },
        { ...SILENT, state: 'queued', due_at: NOW },
      ],
      [
        { state: 'in_doubt', doubted: true },
        { ...SILENT, state: 'unknown', due_at: null },
      ],
      [
        { state: 'in_doubt', doubt_policy: 'hold' },
        { ...SILENT, state: 'unknown', due_at: null },
      ],
    ],
    fails: [
      { state: 'in_doubt', due_at: NOW + 1 },
      { state: 'in_doubt', due_at: null },
      { state: 'in_doubt', evidence_at: NOW },
    ],
  },
  { operation: { type: 'settle doubt', now: NOW, proven: false }, from: [], holds: [], fails: [] },
  {
    operation: { type: 'cancel', now: NOW },
    from: ['scheduled', 'queued'],
    holds: [
      [{ state: 'scheduled' }, { ...OVER, state: 'canceled', reason: 'canceled' }],
      [{ doubted: true }, { ...OVER, state: 'unknown', reason: 'canceled' }],
    ],
    fails: [{ evidence_at: NOW }],
  },
  {
    operation: { type: 'reschedule', dueAt: NOW + 9 },
    from: ['scheduled'],
    holds: [
      [{ state: 'scheduled' }, { due_at: NOW + 9 }],
      [{ state: 'scheduled', expires_at: NOW + 10 }, { due_at: NOW + 9 }],
    ],
    fails: [
      { state: 'scheduled', evidence_at: NOW },
      { state: 'scheduled', expires_at: NOW + 9 },
    ],
  },
  {
    operation: { type: 'expire', now: NOW },
    from: [],
    holds: [
      [{ expires_at: NOW }, { ...LATE, state: 'failed' }],
      [
        { state: 'scheduled', expires_at: NOW },
        { ...LATE, state: 'failed' },
      ],
      [
        { expires_at: NOW, doubted: true },
        { ...LATE, state: 'unknown' },
      ],
    ],
    fails: [
      { expires_at: null },
      { expires_at: NOW + 1 },
      { expires_at: NOW, evidence_at: NOW },
      ...STATES.filter((state) => state !== 'queued' && state !== 'scheduled').map((state) => ({
        state,
        expires_at: NOW,
      })),
    ],
  },
  {
    operation: { type: 'settle by hand', now: NOW, as: 'sent' },
    from: ['in_doubt', 'unknown'],
    holds: [
      [{ state: 'in_doubt' }, { state: 'sent', due_at: null, reason: 'settled by hand as sent' }],
      [{ state: 'unknown' }, { state: 'sent', due_at: null, reason: 'settled by hand as sent' }],
    ],
    fails: [{ state: 'in_doubt', evidence_at: NOW }],
  },
  {
    operation: { type: 'settle by hand', now: NOW, as: 'resend' },
    from: ['in_doubt', 'unknown'],
    holds: [
      [
        { state: 'unknown' },
        { state: 'queued', doubted: true, due_at: NOW, reason: 'resent by hand' },
      ],
    ],
    fails: [{ state: 'unknown', evidence_at: NOW }],
  },
]
