import { z } from 'zod'

const accepted = z.object({
  sesMessageId: z.string(),
  attemptId: z.string().nullable(),
  to: z.array(z.string()),
})
const event = z.object({
  type: z.string(),
  attemptId: z.string().nullable(),
  recipients: z.array(z.string()),
  detail: z.object({ bounceType: z.string().optional(), bounceSubType: z.string().optional() }),
  lost: z.boolean(),
})
const deed = z.object({ sesMessageId: z.string(), does: z.string(), images: z.number() })

/** `GET /_sim/ledger`: what really happened. */
export const ledgerView = z.object({
  accepted: z.array(accepted),
  events: z.array(event),
  people: z.array(deed),
})
export type LedgerView = z.infer<typeof ledgerView>

/** `GET /_sim/ledger?summary`: `pending` events are still on their way. */
export const ledgerSummary = z.object({
  accepted: z.number(),
  pending: z.number(),
  lost: z.number(),
  told: z.record(z.string(), z.number()),
})
