import { ApiError } from './errors.ts'

const MAX_KEY = 256

/** Null without an Idempotency-Key. */
export function idempotencyKey(request: Request): string | null {
  const key = request.headers.get('idempotency-key')
  if (key === null) return null
  if (key.length >= 1 && key.length <= MAX_KEY) return key
  throw new ApiError(400, 'invalid_idempotency_key', 'The key must be between 1-256 chars.')
}

/** Under the key another payload was sent before. */
export function keyInUse(): ApiError {
  return new ApiError(
    409,
    'invalid_idempotent_request',
    'This idempotency key has been used with another payload in the last 24 hours.',
  )
}
