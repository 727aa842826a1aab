import { z } from 'zod'

const SECOND = 1000
const MAX_TOTAL_SECONDS = 3600

const seconds = z.number().int().min(0).max(MAX_TOTAL_SECONDS)
const count = z.number().int().min(0).max(100)
const BACKOFF = ['linear', 'arithmetic', 'geometric', 'exponential'] as const

export interface RetryPolicy {
  /** Seconds. */
  minDelayTarget: number
  maxDelayTarget: number
  numRetries: number
  numNoDelayRetries: number
  numMinDelayRetries: number
  numMaxDelayRetries: number
  backoffFunction: (typeof BACKOFF)[number]
}

const retryPolicy = z
  .object({
    minDelayTarget: seconds.min(1).default(20),
    maxDelayTarget: seconds.min(1).default(20),
    numRetries: count.default(3),
    numNoDelayRetries: count.default(0),
    numMinDelayRetries: count.default(0),
    numMaxDelayRetries: count.default(0),
    backoffFunction: z.enum(BACKOFF).default('linear'),
  })
  .refine((policy) => policy.maxDelayTarget >= policy.minDelayTarget, {
    message: 'maxDelayTarget must be greater than or equal to minDelayTarget',
  })
  .refine(
    (policy) =>
      policy.numNoDelayRetries + policy.numMinDelayRetries + policy.numMaxDelayRetries <=
      policy.numRetries,
    { message: 'numRetries must not be less than the sum of the retries of its phases' },
  )
  .refine((policy) => sum(retryDelays(policy)) <= MAX_TOTAL_SECONDS * SECOND, {
    message: `total retry time must not exceed ${MAX_TOTAL_SECONDS} seconds`,
  })

const throttlePolicy = z.object({ maxReceivesPerSecond: z.number().int().min(1) })
const requestPolicy = z.object({ headerContentType: z.string().min(1) })

const subscriptionPolicy = z.object({
  healthyRetryPolicy: retryPolicy.nullish(),
  throttlePolicy: throttlePolicy.nullish(),
  requestPolicy: requestPolicy.nullish(),
})
const topicPolicy = z.object({
  http: z.object({
    defaultHealthyRetryPolicy: retryPolicy.nullish(),
    disableSubscriptionOverrides: z.boolean().nullish(),
    defaultThrottlePolicy: throttlePolicy.nullish(),
    defaultRequestPolicy: requestPolicy.nullish(),
  }),
})

export interface DeliveryPolicy {
  /** Before the first retry, the second, ...; milliseconds. */
  retryDelays: number[]
  maxReceivesPerSecond: number | null
  contentType: string
}

const DEFAULT_RETRIES = retryPolicy.parse({})

/** What holds for a subscription: its own policy, else its topic's, else AWS's default. Throws a ZodError. */
export function deliveryPolicy(ofSubscription?: string, ofTopic?: string): DeliveryPolicy {
  const topic = ofTopic === undefined ? undefined : topicPolicy.parse(JSON.parse(ofTopic)).http
  const overridden = topic?.disableSubscriptionOverrides === true
  const own =
    ofSubscription === undefined || overridden
      ? undefined
      : subscriptionPolicy.parse(JSON.parse(ofSubscription))
  const retries = own?.healthyRetryPolicy ?? topic?.defaultHealthyRetryPolicy ?? DEFAULT_RETRIES
  const throttle = own?.throttlePolicy ?? topic?.defaultThrottlePolicy
  const request = own?.requestPolicy ?? topic?.defaultRequestPolicy
  return {
    retryDelays: retryDelays(retries),
    maxReceivesPerSecond: throttle?.maxReceivesPerSecond ?? null,
    contentType: request?.headerContentType ?? 'text/plain; charset=UTF-8',
  }
}

/** Throws a ZodError or SyntaxError for what SNS would not take. */
export function checkSubscriptionPolicy(json: string): void {
  subscriptionPolicy.parse(JSON.parse(json))
}

export function checkTopicPolicy(json: string): void {
  topicPolicy.parse(JSON.parse(json))
}

/** The four phases of SNS's retries: at once, at the least delay, growing, at the greatest delay. */
function retryDelays(policy: RetryPolicy): number[] {
  const { numNoDelayRetries, numMinDelayRetries, numMaxDelayRetries } = policy
  const growing = Math.max(
    0,
    policy.numRetries - numNoDelayRetries - numMinDelayRetries - numMaxDelayRetries,
  )
  return [
    ...Array.from({ length: numNoDelayRetries }, () => 0),
    ...Array.from({ length: numMinDelayRetries }, () => policy.minDelayTarget * SECOND),
    ...Array.from({ length: growing }, (_, step) => backoff(policy, step, growing) * SECOND),
    ...Array.from({ length: numMaxDelayRetries }, () => policy.maxDelayTarget * SECOND),
  ]
}

function backoff(policy: RetryPolicy, step: number, steps: number): number {
  const { minDelayTarget: least, maxDelayTarget: most, backoffFunction } = policy
  const part = steps <= 1 ? 1 : step / (steps - 1)
  switch (backoffFunction) {
    case 'linear':
      return least + (most - least) * part
    case 'arithmetic':
      return least + (most - least) * ((part * (part + 1)) / 2)
    case 'geometric':
      return least + (most - least) * part ** 2
    case 'exponential':
      return least * (most / least) ** part
    default:
      return backoffFunction satisfies never
  }
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
