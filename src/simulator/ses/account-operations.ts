import { z } from 'zod'
import type { Store } from '../store.ts'
import { readRequest } from './request.ts'
import { readReason } from './suppression.ts'

export function getAccount(store: Store, now: number): object {
  const { settings, quota } = store.account
  return {
    DedicatedIpAutoWarmupEnabled: true,
    EnforcementStatus: 'HEALTHY',
    ProductionAccessEnabled: true,
    SendQuota: {
      Max24HourSend: settings.max24HourSend,
      MaxSendRate: settings.maxSendRate,
      SentLast24Hours: quota.sent(now),
    },
    SendingEnabled: settings.sendingEnabled,
    SuppressionAttributes: { SuppressedReasons: store.suppressedReasons },
    Details: {
      MailType: 'TRANSACTIONAL',
      WebsiteURL: 'http://localhost',
      ContactLanguage: 'EN',
      UseCaseDescription: 'A machine of its own',
    },
    PricingAttributes: { CurrentPlan: 'ESSENTIALS', NextPlan: 'ESSENTIALS' },
  }
}

/** A missing switch is off. */
export function putAccountSending(store: Store, json: unknown, now: number): object {
  const request = readRequest(z.object({ SendingEnabled: z.boolean().nullish() }), json)
  store.account.change({ sendingEnabled: request.SendingEnabled ?? false }, now)
  store.changed()
  return {}
}

export function putAccountSuppression(store: Store, json: unknown): object {
  const shape = z.object({ SuppressedReasons: z.array(z.string()).nullish() })
  const reasons = readRequest(shape, json).SuppressedReasons ?? []
  store.suppressedReasons = reasons.map((reason) => readReason(reason, 'suppressedReasons'))
  store.changed()
  return {}
}
