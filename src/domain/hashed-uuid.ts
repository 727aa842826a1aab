import { sha256 } from './sha256.ts'

/** A UUID (version 8) made of a text: of the same text it is the same. */
export async function hashedUuid(text: string): Promise<string> {
  const hex = await sha256(new TextEncoder().encode(text))
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
