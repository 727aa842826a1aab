import { Buffer } from 'node:buffer'
import { apiKeyId, hashApiKey } from '../domain/api-key.ts'
import type { ApiKey } from './endpoint.ts'
import { ApiError } from './errors.ts'

/** Null: never made, or revoked. */
export type ReadKey = (id: string) => Promise<ApiKey | null>

/** Who asks; throws what the contract answers to callers without a key that may. */
export async function authorize(
  authorization: string | undefined,
  asks: 'send' | 'all',
  readKey: ReadKey,
): Promise<ApiKey> {
  const key = /^bearer +(.+)$/i.exec(authorization?.trim() ?? '')?.[1]
  if (key === undefined) {
    throw new ApiError(401, 'missing_api_key', 'Missing API key in the authorization header.')
  }
  const id = apiKeyId(key)
  const known = id === null ? null : await readKey(id)
  if (known === null || !sameHash(known.hash, await hashApiKey(key))) {
    throw new ApiError(403, 'invalid_api_key', 'API key is invalid.')
  }
  if (asks === 'all' && known.scope !== 'full_access') {
    throw new ApiError(401, 'restricted_api_key', 'This API key is restricted to only send emails.')
  }
  return known
}

/** In constant time: how much of a guess is right must not be measurable. */
function sameHash(stored: string, given: string): boolean {
  const [a, b] = [Buffer.from(stored, 'hex'), Buffer.from(given, 'hex')]
  return a.byteLength === b.byteLength && crypto.subtle.timingSafeEqual(a, b)
}
