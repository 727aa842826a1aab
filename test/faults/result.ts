import { z } from 'zod'

/** What one scenario came to with one seed. */
export const result = z.object({
  scenario: z.string(),
  says: z.string(),
  world: z.string(),
  seed: z.number(),
  recipients: z.number(),
  kills: z.number(),
  /** How often each named point was struck, and `row 7` of the crash table. */
  points: z.record(z.string(), z.number()),
  accepted: z.number(),
  /** More than one acceptance of one email, allowed or not. */
  copies: z.number(),
  /** Given up on, and how many of these SES had accepted. */
  unknown: z.number(),
  unknownAccepted: z.number(),
  /** From the last fault until all was settled (I13). */
  settledSeconds: z.number(),
  seconds: z.number(),
  /** By invariant: how many things were looked at. */
  looked: z.record(z.string(), z.number()),
  /** What is not as it should be. */
  violations: z.array(z.string()),
})

export type Result = z.infer<typeof result>
