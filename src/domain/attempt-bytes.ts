import { attemptId, type AttemptParts, parseAttemptId } from './attempt.ts'
import { packUuid, unpackUuid, UUID_BYTES } from './uuid-bytes.ts'

const NUMBER_BYTES = 3
const CLAIM_TOKEN_BYTES = 8

/** The length of a packed attempt id: email id, number, claim token. */
export const ATTEMPT_BYTES = UUID_BYTES + NUMBER_BYTES + CLAIM_TOKEN_BYTES

/** An attempt id in 27 bytes: it stands in the address of every pixel. */
export function packAttempt(attempt: AttemptParts): Uint8Array {
  const number = [attempt.number >> 16, (attempt.number >> 8) & 0xff, attempt.number & 0xff]
  const token = new TextEncoder().encode(attempt.claimToken)
  return Uint8Array.from([...packUuid(attempt.emailId), ...number, ...token])
}

/** Null for bytes that are not an attempt id. */
export function unpackAttempt(bytes: Uint8Array): string | null {
  if (bytes.length !== ATTEMPT_BYTES) return null
  const emailId = unpackUuid(bytes.subarray(0, UUID_BYTES))
  const [high = 0, middle = 0, low = 0] = bytes.subarray(UUID_BYTES, UUID_BYTES + NUMBER_BYTES)
  const token = new TextDecoder().decode(bytes.subarray(UUID_BYTES + NUMBER_BYTES))
  const id = attemptId(emailId, (high << 16) | (middle << 8) | low, token)
  return parseAttemptId(id) === null ? null : id
}
