import { type Leaving, packLeaving, unpackLeaving } from '../domain/leaving-bytes.ts'
import { signToken, type TokenKey, verifyToken } from './token.ts'

/**
 * The token of a recipient's unsubscribe link, for `/u/<token>`: at most 477 characters. It never
 * expires. Throws for an address that is not in normal form, what is no email id, and a topic of more
 * than 64 bytes.
 */
export function signUnsubscribe(leaving: Leaving, keys: readonly TokenKey[]): string {
  const payload = packLeaving(leaving)
  if (payload === null) throw new Error('Nobody can leave with this address, email and topic.')
  return signToken('unsubscribe', payload, keys)
}

/** Who leaves what with this token, or null. */
export function verifyUnsubscribe(token: string, keys: readonly TokenKey[]): Leaving | null {
  const payload = verifyToken('unsubscribe', token, keys)
  return payload === null ? null : unpackLeaving(payload)
}
