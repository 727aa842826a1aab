import { z } from 'zod'

const SECONDS = z.coerce.number().int().positive()
const DAYS = z.coerce.number().int().positive()
const SWITCH = z.enum(['on', 'off']).transform((value) => value === 'on')

const arn = /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/
const queueUrl = /^https:\/\/sqs\.[a-z0-9-]+\.amazonaws\.com(\.cn)?\/\d{12}\/[A-Za-z0-9_-]{1,80}$/
const tokenKey = /^[A-Za-z0-9]{1,8}:[A-Za-z0-9+/_-]{32,}={0,2}$/

const vars = z
  .object({
    ENVIRONMENT: z.enum(['local', 'test', 'uat', 'production']),
    /** Where the world reaches this Worker; pixels and links start with it. */
    PUBLIC_URL: z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, '')),
    AWS_REGION: z.string().regex(/^[a-z]{2,4}(-[a-z]+)+-\d$/, 'is not an AWS region'),
    SES_CONFIGURATION_SET: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
    /** Comma separated; nothing else may tell us anything. */
    SNS_TOPIC_ARNS: z
      .string()
      .transform((list) => list.split(',').map((entry) => entry.trim()))
      .pipe(z.array(z.string().regex(arn, 'holds something that is not a topic ARN')).min(1)),
    /** The part of the account's rate and quota that this environment may use. */
    SES_RATE_SHARE: z.coerce.number().gt(0).max(1),
    AWS_ENDPOINT_URL_SESV2: z.url().optional(),
    AWS_ENDPOINT_URL_SNS: z.url().optional(),
    AWS_ENDPOINT_URL_SQS: z.url().optional(),
    /** The SQS queue that SNS leaves in what it could not deliver; without it that is lost. */
    SNS_DEAD_LETTER_QUEUE_URL: z
      .string()
      .regex(queueUrl, 'is not the URL of an SQS queue')
      .optional(),
    RECIPIENT_POLICY: z
      .string()
      .regex(
        /^(any|allow:[^:\s]+|redirect:[^@\s,]+@[^@\s,]+)$/,
        'is not any, allow:<domains and addresses> or redirect:<address>',
      ),
    OPEN_PIXEL: SWITCH.prefault('on'),
    SES_TRACKING: SWITCH.prefault('on'),
    /** Links of html lead over ours; SES's own click tracking is off for such an email. */
    CLICK_TRACKING: SWITCH.prefault('off'),
    DOUBT_POLICY: z.enum(['resend', 'hold']).default('resend'),
    /** Requests a second that one API key may make. */
    REQUESTS_PER_SECOND: z.coerce.number().int().positive().default(100),
    LEASE_SECONDS: SECONDS.default(60),
    CALL_TIMEOUT_SECONDS: SECONDS.default(10),
    /** A claim older than this is given back instead of sent. */
    CLAIM_FRESH_SECONDS: SECONDS.default(20),
    DOUBT_WINDOW_SECONDS: SECONDS.default(15 * 60),
    /** How much later a proof of life must have been claimed. */
    PROOF_SECONDS: SECONDS.default(5 * 60),
    /** After this an answered email without its Send event no longer speaks against the event channel. */
    SILENCE_SECONDS: SECONDS.default(75 * 60),
    CANARY_SECONDS: SECONDS.default(5 * 60),
    /** The longest pause of our DeliveryPolicy (120), 15 for a try of SNS, and a margin. */
    SNS_RETRY_SECONDS: SECONDS.default(150),
    SWEEP_SECONDS: SECONDS.default(60),
    BODY_DAYS: DAYS.default(30),
    EMAIL_DAYS: DAYS.default(180),
    IDEMPOTENCY_HOURS: z.coerce.number().int().positive().default(24),
    DEAD_LETTER_DAYS: DAYS.default(30),
    WEBHOOK_LOG_DAYS: DAYS.default(30),
    /** So many transient bounces of an address within BOUNCE_PAUSE_DAYS pause it for as long; 0: never. */
    BOUNCE_PAUSE_COUNT: z.coerce.number().int().min(0).default(3),
    BOUNCE_PAUSE_DAYS: DAYS.default(7),
    /** What operators suppress and let go is written to SES's account list, too. */
    MIRROR_SUPPRESSIONS: SWITCH.prefault('off'),
    /** Who gets an email of incidents, besides the log and the webhooks. */
    ALERT_EMAIL: z.email().toLowerCase().optional(),
    /** An address that SES may send from. */
    ALERT_FROM: z.email().toLowerCase().optional(),
    AWS_ACCESS_KEY_ID: z.string().min(16),
    AWS_SECRET_ACCESS_KEY: z.string().min(16),
    /** `id:key,…`: the first signs, all verify. */
    TOKEN_KEYS: z
      .string()
      .transform((list) => list.split(',').map((entry) => entry.trim()))
      .pipe(
        z.array(z.string().regex(tokenKey, 'is not id:key,… with keys of 32 characters')).min(1),
      )
      .transform((keys) =>
        keys.map((entry) => {
          const colon = entry.indexOf(':')
          return { id: entry.slice(0, colon), key: entry.slice(colon + 1) }
        }),
      ),
    /** Never rotated: hashes of erased people are made with it. */
    ADDRESS_KEY: z.string().min(32),
  })
  .refine(
    (config) => config.ENVIRONMENT === 'local' || config.AWS_ENDPOINT_URL_SESV2 === undefined,
    {
      path: ['AWS_ENDPOINT_URL_SESV2'],
      message: 'is only for ENVIRONMENT local',
    },
  )
  .refine((config) => config.ENVIRONMENT === 'local' || config.AWS_ENDPOINT_URL_SNS === undefined, {
    path: ['AWS_ENDPOINT_URL_SNS'],
    message: 'is only for ENVIRONMENT local',
  })
  .refine((config) => config.ENVIRONMENT === 'local' || config.AWS_ENDPOINT_URL_SQS === undefined, {
    path: ['AWS_ENDPOINT_URL_SQS'],
    message: 'is only for ENVIRONMENT local',
  })
  // AWS takes a signature for five minutes, our clock may be off by as much: a doubt settled earlier
  // could be sent after all. Tests shrink SES's window together with ours.
  .refine((config) => config.ENVIRONMENT === 'local' || config.DOUBT_WINDOW_SECONDS >= 600, {
    path: ['DOUBT_WINDOW_SECONDS'],
    message: 'must be at least 600',
  })
  .refine(
    (config) => config.LEASE_SECONDS >= config.CLAIM_FRESH_SECONDS + config.CALL_TIMEOUT_SECONDS,
    {
      path: ['LEASE_SECONDS'],
      message: 'must hold CLAIM_FRESH_SECONDS and CALL_TIMEOUT_SECONDS together',
    },
  )
  .refine((config) => config.ALERT_EMAIL === undefined || config.ALERT_FROM !== undefined, {
    path: ['ALERT_FROM'],
    message: 'must be set where ALERT_EMAIL is',
  })
  .refine((config) => config.BODY_DAYS <= config.EMAIL_DAYS, {
    path: ['BODY_DAYS'],
    message: 'must not be more than EMAIL_DAYS',
  })
  .refine((config) => config.ENVIRONMENT === 'local' || config.PUBLIC_URL.startsWith('https://'), {
    path: ['PUBLIC_URL'],
    message: 'must start with https://',
  })

export type Config = z.infer<typeof vars>

/** Every var and secret that the Worker reads. */
export const settingNames: readonly string[] = Object.keys(vars.shape)

const parsed = new WeakMap<object, Config>()

/** Vars and secrets of the Worker, once per isolate. Throws a sentence that names each missing or senseless one. */
export function readConfig(env: object): Config {
  const known = parsed.get(env)
  if (known !== undefined) return known
  const result = vars.safeParse(env)
  if (!result.success) throw new Error(sentence(result.error, env))
  parsed.set(env, result.data)
  return result.data
}

function sentence(error: z.ZodError, env: object): string {
  const named = error.issues.map((issue) => {
    const name = String(issue.path[0] ?? '?')
    return name in env ? `${name} ${issue.message}` : `${name} is missing`
  })
  return `The configuration cannot work: ${[...new Set(named)].join('; ')}.`
}
