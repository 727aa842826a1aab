import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { accountSettings, DEFAULT_ACCOUNT } from './account.ts'

const reason = z.enum(['BOUNCE', 'COMPLAINT'])
export type SuppressionReason = z.infer<typeof reason>

const eventDestination = z.strictObject({
  name: z.string(),
  enabled: z.boolean(),
  types: z.array(z.string()),
  topicArn: z.string(),
})
export type EventDestination = z.infer<typeof eventDestination>

const configurationSet = z.strictObject({
  name: z.string(),
  sendingEnabled: z.boolean(),
  /** Null: the account's own reasons hold. */
  suppressedReasons: z.array(reason).nullable(),
  /** Options that change nothing here, given back as they came. */
  options: z.record(z.string(), z.unknown()),
  destinations: z.array(eventDestination),
})
export type ConfigurationSet = z.infer<typeof configurationSet>

const suppression = z.strictObject({
  address: z.string(),
  reason,
  at: z.number(),
  /** What brought it there by itself; null when it was put. */
  cause: z.strictObject({ sesMessageId: z.string(), feedbackId: z.string() }).nullable(),
})
export type Suppression = z.infer<typeof suppression>

const proof = z.enum(['PENDING', 'SUCCESS', 'FAILED'])
const identity = z.strictObject({
  name: z.string(),
  /** Of the DKIM keys; none for an address. */
  tokens: z.array(z.string()),
  dkim: proof,
  mailFrom: z.strictObject({ domain: z.string(), status: proof }).nullable(),
  options: z.record(z.string(), z.unknown()),
})
export type Identity = z.infer<typeof identity>

const attributes = z.record(z.string(), z.string())
const topic = z.strictObject({ arn: z.string(), attributes })
export type Topic = z.infer<typeof topic>

const subscription = z.strictObject({
  arn: z.string(),
  topicArn: z.string(),
  protocol: z.enum(['http', 'https']),
  endpoint: z.string(),
  attributes,
  confirmed: z.boolean(),
  token: z.string(),
})
export type Subscription = z.infer<typeof subscription>

const resources = z.strictObject({
  account: accountSettings,
  suppressedReasons: z.array(reason),
  configurationSets: z.array(configurationSet),
  suppressions: z.array(suppression),
  identities: z.array(identity).default([]),
  topics: z.array(topic),
  subscriptions: z.array(subscription),
})
export type Resources = z.infer<typeof resources>

const NOTHING_YET: Resources = {
  account: DEFAULT_ACCOUNT,
  suppressedReasons: ['BOUNCE', 'COMPLAINT'],
  configurationSets: [],
  suppressions: [],
  identities: [],
  topics: [],
  subscriptions: [],
}

export function readResources(path: string): Resources {
  if (!existsSync(path)) return NOTHING_YET
  return resources.parse(JSON.parse(readFileSync(path, 'utf8')))
}

/** Whole or not at all. */
export function writeResources(path: string, value: Resources): void {
  writeFileSync(`${path}.new`, JSON.stringify(value, null, 2))
  renameSync(`${path}.new`, path)
}
