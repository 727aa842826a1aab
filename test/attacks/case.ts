import { z } from 'zod'

const json = z.record(z.string(), z.unknown())
const headers = z.record(z.string(), z.string())

const request = z.strictObject({
  method: z.string(),
  path: z.string(),
  headers: headers.optional(),
  /** At most one of these; strings may hold placeholders. */
  json: z.unknown().optional(),
  text: z.string().optional(),
  hex: z.string().optional(),
  /** A form as mail programs post it. */
  form: headers.optional(),
})

const sns = z.strictObject({
  type: z.enum(['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation']),
  /** What the attacker had SNS sign, and what was written over it afterwards; null takes a field away. */
  signed: json.optional(),
  over: json.optional(),
  version: z.enum(['1', '2']).optional(),
  by: z.enum(['SNS', 'somebody else']).optional(),
  headers: headers.optional(),
})

/**
 * One attack: a request, an SNS message, or fields over a good email. Whatever it says, no answer is
 * 5xx, no request leaves and no row changes, but where it says so.
 */
const attack = z.strictObject({
  name: z.string(),
  email: json.optional(),
  sns: sns.optional(),
  request: request.optional(),
  answer: z.strictObject({
    status: z.int(),
    /** The error's name in Resend's contract. */
    error: z.string().optional(),
    says: z.string().optional(),
    /** Nowhere in the answer, its headers included. */
    hides: z.array(z.string()).optional(),
    /** It is the same as that of the case of this name, byte for byte. */
    like: z.string().optional(),
  }),
  /** It is harmless and taken, so rows may come of it. */
  taken: z.literal(true).optional(),
})

export type Attack = z.infer<typeof attack>
export type AttackRequest = z.infer<typeof request>
export type SnsAttack = z.infer<typeof sns>

export const attackFile = z.strictObject({
  area: z.string(),
  /** How many there have to be at least. */
  atLeast: z.int(),
  cases: z.array(attack),
})
