import { packAttempt, unpackAttempt } from '../domain/attempt-bytes.ts'
import { parseAttemptId } from '../domain/attempt.ts'
import { signToken, type TokenKey, verifyToken } from './token.ts'

/** The token of an attempt's pixel, for `/o/<token>.gif`. Throws for what is not an attempt id. */
export function signOpen(attempt: string, keys: readonly TokenKey[]): string {
  const parts = parseAttemptId(attempt)
  if (parts === null) throw new Error('Only an attempt id can be signed into a pixel.')
  return signToken('open', packAttempt(parts), keys)
}

/** The attempt id that a pixel's token stands for, or null. */
export function verifyOpen(token: string, keys: readonly TokenKey[]): string | null {
  const payload = verifyToken('open', token, keys)
  return payload === null ? null : unpackAttempt(payload)
}
