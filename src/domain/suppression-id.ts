import { hashedUuid } from './hashed-uuid.ts'

/** The id of an address's suppression: suppressed again, it is the same. */
export async function suppressionId(address: string): Promise<string> {
  return await hashedUuid(`suppression ${address}`)
}
