import { attemptId, type AttemptParts, parseAttemptId } from './attempt.ts'

const UUID_BYTES = 16
const NUMBER_BYTES = 3
const CLAIM_TOKEN_BYTES = 8

/** The length of a packed attempt id: email id, number, claim token. */
export const ATTEMPT_BYTES = UUID_BYTES + NUMBER_BYTES + CLAIM_TOKEN_BYTES

/** An attempt id in 27 bytes: it stands in the address of every pixel. */
export function packAttempt(attempt: AttemptParts): Uint8Array {
  const hex = attempt.emailId.replaceAll('-', '')
  const id = Array.from({ length: UUID_BYTES }, (_, i) =>
    Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16),
  )
  const number = [attempt.number >> 16, (attempt.number >> 8) & 0xff, attempt.number & 0xff]
  return Uint8Array.from([...id, ...number, ...new TextEncoder().encode(attempt.claimToken)])
}

/** Null for bytes that are not an attempt id. */
export function unpackAttempt(bytes: Uint8Array): string | null {
  if (bytes.length !== ATTEMPT_BYTES) return null
  const hex = Array.from(bytes.subarray(0, UUID_BYTES), (byte) =>
    byte.toString(16).padStart(2, '0'),
  )
    .join('')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  const [high = 0, middle = 0, low = 0] = bytes.subarray(UUID_BYTES, UUID_BYTES + NUMBER_BYTES)
  const token = new TextDecoder().decode(bytes.subarray(UUID_BYTES + NUMBER_BYTES))
  const id = attemptId(hex, (high << 16) | (middle << 8) | low, token)
  return parseAttemptId(id) === null ? null : id
}
