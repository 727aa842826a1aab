import * as fc from 'fast-check'
import type { MailEvent } from '../../src/domain/event.ts'
import type { Lifecycle } from '../../src/domain/transition.ts'
import { aMailEvent, attemptOf, NOW, OTHER_TOKEN } from './lifecycle.ts'
import { LEASE_MS, type Operation, WINDOW_MS } from './operations.ts'

const SECOND = 1000

/** A step not yet tied to an email: which attempt it means depends on those made so far. */
export interface Stride {
  type: Operation['type'] | 'mark'
  /** Milliseconds that pass before it. */
  after: number
  /** Of the attempts so far, counted back from the latest; beyond the first: one that never was. */
  back: number
  yes: boolean
  also: boolean
  event: Partial<MailEvent>
}

const TYPES: Stride['type'][] = [
  ...(['claim', 'claim', 'claim', 'mark', 'mark', 'accept', 'refuse', 'refuse', 'doubt'] as const),
  ...(['expire lease', 'settle doubt', 'settle doubt', 'suppress', 'witness'] as const),
  ...(['cancel', 'reschedule', 'expire', 'settle by hand'] as const),
]

/** As SES tells them: each report of a bounce or complaint, and each load of our pixel, has an id of its own. */
const event: fc.Arbitrary<Partial<MailEvent>> = fc.oneof(
  fc.record({
    type: fc.constantFrom('send', 'delivery', 'delivery_delay', 'reject', 'rendering_failure'),
  }),
  fc
    .record({
      type: fc.constant('bounce' as const),
      bounceType: fc.constantFrom('Permanent', 'Transient', 'Undetermined'),
      subType: fc.constantFrom('General', 'OnAccountSuppressionList'),
    })
    .map((bounce) => ({ ...bounce, feedbackId: bounce.bounceType + bounce.subType })),
  fc
    .record({
      type: fc.constant('complaint' as const),
      complaintType: fc.constantFrom('abuse', 'not-spam'),
    })
    .map((complaint) => ({ ...complaint, feedbackId: complaint.complaintType })),
  fc.constantFrom<Partial<MailEvent>>(
    { type: 'open' },
    { type: 'open', source: 'pixel', loadId: 'load' },
    { type: 'click' },
  ),
)

const anyStride: fc.Arbitrary<Stride> = fc.record({
  type: fc.constantFrom(...TYPES),
  after: fc.constantFrom(0, 0, SECOND, LEASE_MS, WINDOW_MS),
  back: fc.constantFrom(0, 0, 0, 0, 1, 2),
  yes: fc.boolean(),
  also: fc.boolean(),
  event,
})

/** The ways that chance alone would seldom take to its end. */
const wellTrodden: fc.Arbitrary<Stride[]> = fc
  .constantFrom<[Stride['type'], number][]>(
    [
      ['claim', SECOND],
      ['mark', 0],
      ['doubt', 0],
    ],
    [
      ['claim', SECOND],
      ['mark', 0],
      ['expire lease', LEASE_MS],
    ],
    [['settle doubt', WINDOW_MS]],
  )
  .map((strides) =>
    strides.map(([type, after]) => ({ type, after, back: 0, yes: true, also: false, event: {} })),
  )

export const walk: fc.Arbitrary<Stride[]> = fc
  .array(
    fc.oneof(
      anyStride.map((stride) => [stride]),
      wellTrodden,
    ),
    { minLength: 4, maxLength: 12 },
  )
  .map((parts) => parts.flat())

/** Where a walk begins. */
export const start: fc.Arbitrary<Partial<Lifecycle>> = fc.record({
  state: fc.constantFrom('queued', 'scheduled'),
  doubt_policy: fc.constantFrom('resend', 'hold'),
  expires_at: fc.constantFrom(null, null, NOW + LEASE_MS, NOW + 2 * WINDOW_MS),
  due_at: fc.constantFrom(NOW - SECOND, NOW + SECOND),
})

/** The stride as an operation on this email at `now`; null: it means nothing here. */
export function operationOf(
  { type, back, yes, also, event }: Stride,
  email: Lifecycle,
  attempts: string[],
  marked: boolean,
  now: number,
): Operation | null {
  const attempt = attempts.at(-1 - back) ?? attemptOf(99, OTHER_TOKEN, email.id)
  switch (type) {
    case 'mark':
      return null
    case 'claim': {
      const token = `walk${String(attempts.length).padStart(4, '0')}`
      const rarely = yes && also
      return { type, now, token, suppressed: rarely && back === 1, paused: rarely && back === 2 }
    }
    case 'refuse':
      return { type, now, attempt, retryAt: now + (yes ? 0 : SECOND), counts: yes, final: also }
    case 'accept':
    case 'suppress':
    case 'doubt':
      return { type, now, attempt }
    case 'expire lease':
      return { type, now, marked }
    case 'settle doubt':
      return { type, now, proven: yes || also }
    case 'witness':
      return { type, now, event: aMailEvent({ at: now - back * 1000, ...event, attempt }) }
    case 'cancel':
      return { type, now }
    case 'reschedule':
      return { type, dueAt: now + 1000 }
    case 'expire':
      // The sweep looks at what is due; of the rest it is the claim that finds out.
      return email.due_at !== null && email.due_at > now ? null : { type, now }
    case 'settle by hand':
      return { type, now, as: yes ? 'sent' : 'resend' }
    default:
      return type satisfies never
  }
}
