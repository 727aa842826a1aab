import { sha256 } from './sha256.ts'

/** The id of an address's suppression, a UUID (version 8) made of the address: suppressed again, it is the same. */
export async function suppressionId(address: string): Promise<string> {
  const hex = await sha256(new TextEncoder().encode(`suppression ${address}`))
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
