/** `<email id>_<number>_<claim token>`: an SES message tag, so an event finds its row without an index. */
export function attemptId(emailId: string, number: number, claimToken: string): string {
  return `${emailId}_${number}_${claimToken}`
}

/** The SES message tag that carries the attempt id. */
export const ATTEMPT_TAG = 'aerogram_attempt'

const ATTEMPT =
  /^([0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})_([1-9][0-9]{0,5})_([A-Za-z0-9]{8})$/

export interface AttemptParts {
  emailId: string
  number: number
  claimToken: string
}

/** Null for a tag value that is not one of ours. */
export function parseAttemptId(value: string): AttemptParts | null {
  const match = ATTEMPT.exec(value)
  const [, emailId, number, claimToken] = match ?? []
  if (emailId === undefined || number === undefined || claimToken === undefined) return null
  return { emailId, number: Number(number), claimToken }
}

const TOKEN_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** Eight characters of the tag alphabet from eight random bytes. */
export function claimToken(random: Uint8Array): string {
  return Array.from(random.subarray(0, 8), (byte) => TOKEN_ALPHABET[byte % 62]).join('')
}
