/** How full a key's bucket is; times are epoch milliseconds. */
interface Bucket {
  tokens: number
  at: number
}

export interface Grant {
  allowed: boolean
  limit: number
  /** Whole requests that may follow at once. */
  remaining: number
  /** Seconds until the bucket is full again. */
  resetSeconds: number
  /** Seconds until the next request may come. */
  retrySeconds: number
}

const MAX_BUCKETS = 10_000

/**
 * A token bucket per API key: `perSecond` requests at once and then as many a second. It lives in
 * the isolate's memory, so a key spread over n isolates may get n times its rate: this protects us
 * from a client that runs wild, SES's own rate is the Governor's.
 */
export function requestRate(perSecond: number): (key: string, now: number) => Grant {
  const buckets = new Map<string, Bucket>()
  return (key, now) => {
    const known = buckets.get(key) ?? { tokens: perSecond, at: now }
    const { bucket, grant } = spend(known, perSecond, now)
    // Set anew, a key moves to the end: the first one is the longest unused.
    buckets.delete(key)
    buckets.set(key, bucket)
    const [oldest] = buckets.keys()
    if (buckets.size > MAX_BUCKETS && oldest !== undefined) buckets.delete(oldest)
    return grant
  }
}

/** One request out of a bucket of `perSecond` tokens. */
export function spend(
  { tokens, at }: Bucket,
  perSecond: number,
  now: number,
): { bucket: Bucket; grant: Grant } {
  const refill = (Math.max(0, now - at) / 1000) * perSecond
  const full = Math.min(perSecond, tokens + refill)
  const allowed = full >= 1
  const left = allowed ? full - 1 : full
  return {
    bucket: { tokens: left, at: Math.max(at, now) },
    grant: {
      allowed,
      limit: perSecond,
      remaining: Math.floor(left),
      resetSeconds: Math.ceil((perSecond - left) / perSecond),
      retrySeconds: Math.max(1, Math.ceil((1 - left) / perSecond)),
    },
  }
}
