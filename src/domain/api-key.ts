import { sha256 } from './sha256.ts'

export const SCOPES = ['full_access', 'sending_access'] as const
export type Scope = (typeof SCOPES)[number]

const ID_LENGTH = 8
const SECRET_LENGTH = 32
const KEY = /^re_([A-Za-z0-9]{8})_[A-Za-z0-9]{32}$/
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

export interface NewApiKey {
  id: string
  /** Shown once; only its hash is stored. */
  key: string
}

/** `re_<id>_<secret>`: 190 bits of secret. `random` returns as many random bytes as asked. */
export function newApiKey(random: (bytes: number) => Uint8Array): NewApiKey {
  const id = letters(random(ID_LENGTH))
  return { id, key: `re_${id}_${letters(random(SECRET_LENGTH))}` }
}

/** The id inside a key, or null for what cannot be one. */
export function apiKeyId(key: string): string | null {
  return KEY.exec(key)?.[1] ?? null
}

/** The id as a UUID (version 8), as clients have it; `apiKeyOfUuid` reads it back. */
export function apiKeyUuid(id: string): string {
  const hex = Array.from(new TextEncoder().encode(id), (byte) => byte.toString(16)).join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8000-8000-00000000${hex.slice(12)}`
}

/** Null for what is not the UUID of a key. */
export function apiKeyOfUuid(uuid: string): string | null {
  const found = /^([0-9a-f]{8})-([0-9a-f]{4})-8000-8000-00000000([0-9a-f]{4})$/.exec(
    uuid.toLowerCase(),
  )
  if (found === null) return null
  const pairs = found.slice(1).join('').match(/../g) ?? []
  const id = String.fromCharCode(...pairs.map((pair) => Number.parseInt(pair, 16)))
  return /^[A-Za-z0-9]{8}$/.test(id) ? id : null
}

/** SHA-256 of the whole key, hex: the key is random enough that a slow hash would add nothing. */
export async function hashApiKey(key: string): Promise<string> {
  return await sha256(new TextEncoder().encode(key))
}

function letters(random: Uint8Array): string {
  return Array.from(random, (byte) => ALPHABET[byte % ALPHABET.length]).join('')
}
