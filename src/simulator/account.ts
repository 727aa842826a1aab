import { z } from 'zod'
import { RollingQuota } from './quota.ts'
import { RateBucket } from './rate.ts'

export const accountSettings = z.strictObject({
  /** Recipients a second. */
  maxSendRate: z.number().positive(),
  /** Recipients in 24 hours; -1 is without limit. */
  max24HourSend: z.number().min(-1),
  sendingEnabled: z.boolean(),
  /** Before each answer of SES. */
  latencyMs: z.number().int().min(0).max(600_000),
  /** How far from its X-Amz-Date a signature is still good. */
  signatureSeconds: z.number().positive(),
  /** Over the rate a bulk call is refused as a whole, or entry by entry. */
  overRate: z.enum(['call', 'entry']),
})
export type AccountSettings = z.infer<typeof accountSettings>

export const accountChange = accountSettings
  .extend({ sentLast24Hours: z.number().min(0) })
  .partial()
export type AccountChange = z.infer<typeof accountChange>

export const DEFAULT_ACCOUNT: AccountSettings = {
  maxSendRate: 1000,
  max24HourSend: 1_000_000,
  sendingEnabled: true,
  latencyMs: 0,
  signatureSeconds: 300,
  overRate: 'call',
}

export type Admission = 'admitted' | 'over the rate' | 'over the quota'

/** Rate and quota of the account: what SES looks at before it takes an email. */
export class Account {
  settings: AccountSettings
  readonly quota = new RollingQuota()
  readonly #rate: RateBucket

  constructor(settings: AccountSettings, now: number) {
    this.settings = settings
    this.#rate = new RateBucket(settings.maxSendRate, now)
  }

  change(change: AccountChange, now: number): void {
    const { sentLast24Hours, ...rest } = change
    const given = Object.fromEntries(
      Object.entries(rest).filter(([, value]) => value !== undefined),
    )
    this.settings = { ...this.settings, ...given }
    if (change.maxSendRate !== undefined) this.#rate.limit(change.maxSendRate, now)
    if (sentLast24Hours !== undefined) this.quota.set(sentLast24Hours, now)
  }

  /** Full bucket, nothing sent. */
  forget(now: number): void {
    this.#rate.limit(this.settings.maxSendRate, now)
    this.quota.set(0, now)
  }

  /** `counted` are those of the recipients that the daily quota counts. */
  admit(recipients: number, counted: number, now: number): Admission {
    const { max24HourSend } = this.settings
    if (counted > 0 && max24HourSend !== -1 && this.quota.sent(now) >= max24HourSend)
      return 'over the quota'
    if (!this.#rate.take(recipients, now)) return 'over the rate'
    this.quota.count(counted, now)
    return 'admitted'
  }
}
