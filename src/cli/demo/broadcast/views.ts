import { z } from 'zod'

const count = z.number()

/** `GET /broadcasts/:id`. */
export const broadcastView = z.object({
  progress: z.object({
    state: z.string(),
    reason: z.string().nullable(),
    audience: count,
    sent: count,
    in_doubt: count,
    unknown: count,
    failed: count,
    skipped: z.object({ total: count }),
    waiting: count,
    rate_now: count,
    waiting_for: z.object({ reason: z.string() }).nullable(),
  }),
  counts: z.object({
    delivered: count,
    bounced: count,
    complained: count,
    opened: count,
    unsubscribed: count,
  }),
})
export type BroadcastView = z.infer<typeof broadcastView>

/** `GET /broadcasts/:id/preflight`. */
export const preflight = z.object({
  ready: z.boolean(),
  problems: z.array(z.string()),
  audience: count,
  sendable: count,
  skipped: z.record(z.string(), count),
  links: z.object({ checked: count, faulty: z.array(z.unknown()) }),
  duration: z.object({ seconds: count.nullable(), rate: count.nullable() }),
  cost: z.object({ ses: count, sns: count, cloudflare: count }),
})
export type Preflight = z.infer<typeof preflight>

const time = z.string().nullable()
const ledgerRow = z.object({
  id: z.string(),
  email: z.string(),
  state: z.string(),
  reason: time,
  claimed_at: time,
  delivered_at: time,
  bounced_at: time,
  transient_bounce_at: time,
  complained_at: time,
  opened_at: time,
  unsubscribed_at: time,
  suppressed_at: time,
})
/** One recipient of `GET /broadcasts/:id/ledger`. Times are ISO. */
export type LedgerRow = z.infer<typeof ledgerRow>

export const ledgerPage = z.object({ has_more: z.boolean(), data: z.array(ledgerRow) })
