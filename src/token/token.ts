import { createHmac, timingSafeEqual } from 'node:crypto'

export interface TokenKey {
  id: string
  key: string
}

/** What a token allows; it is under the MAC, so one kind can never stand for another. */
export type TokenKind = 'open' | 'click' | 'unsubscribe' | 'attachment'

/** HMAC-SHA256 cut to 128 bits. */
const MAC_BYTES = 16
/** Key id and at least a MAC, which takes 22 characters. */
const TOKEN = /^([A-Za-z0-9]{1,8})\.([A-Za-z0-9_-]{22,2200})$/

/** `<key id>.<base64url of payload and MAC>`, signed with the first key. */
export function signToken(kind: TokenKind, payload: Uint8Array, keys: readonly TokenKey[]): string {
  const [first] = keys
  if (first === undefined) throw new Error('A token needs a key to be signed with.')
  const signed = Buffer.concat([payload, mac(first, kind, payload)])
  return `${first.id}.${signed.toString('base64url')}`
}

/** The payload, if one of the keys signed it for this kind; else null, whatever it is given. */
export function verifyToken(
  kind: TokenKind,
  token: string,
  keys: readonly TokenKey[],
): Uint8Array | null {
  const [, id, text] = TOKEN.exec(token) ?? []
  if (id === undefined || text === undefined) return null
  const bytes = Buffer.from(text, 'base64url')
  // One token has one spelling: spare bits at its end are not a second one.
  if (bytes.toString('base64url') !== text) return null
  const payload = bytes.subarray(0, -MAC_BYTES)
  const given = bytes.subarray(-MAC_BYTES)
  const signed = keys.some(
    (key) => key.id === id && timingSafeEqual(mac(key, kind, payload), given),
  )
  return signed ? new Uint8Array(payload) : null
}

function mac(key: TokenKey, kind: TokenKind, payload: Uint8Array): Uint8Array {
  const whole = createHmac('sha256', key.key).update(`aerogram ${kind}\n`).update(payload).digest()
  return whole.subarray(0, MAC_BYTES)
}
