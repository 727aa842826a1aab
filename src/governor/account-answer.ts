import { z } from 'zod'
import type { AccountState } from '../domain/account.ts'

/** AWS SES API v2, GetAccount: the parts that pacing rests on. */
const answer = z.object({
  EnforcementStatus: z.string().default('HEALTHY'),
  ProductionAccessEnabled: z.boolean().default(false),
  SendingEnabled: z.boolean(),
  SendQuota: z.object({
    Max24HourSend: z.number(),
    MaxSendRate: z.number().nonnegative(),
    SentLast24Hours: z.number().nonnegative(),
  }),
})

/** Throws when it is not what GetAccount answers. */
export function parseAccount(body: unknown): AccountState {
  const account = answer.parse(body)
  return {
    maxSendRate: account.SendQuota.MaxSendRate,
    max24HourSend: account.SendQuota.Max24HourSend,
    sentLast24Hours: account.SendQuota.SentLast24Hours,
    sendingEnabled: account.SendingEnabled,
    enforcementStatus: account.EnforcementStatus,
    production: account.ProductionAccessEnabled,
  }
}
