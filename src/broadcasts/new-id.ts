import { uuidv7 } from '../domain/id.ts'

/**
 * A broadcast's id: after the version 12 random bits, which its emails' ids take over, so that two
 * broadcasts of one millisecond rarely share a key range.
 */
export function newBroadcastId(now: number, random: (bytes: number) => Uint8Array): string {
  const [high = 0, low = 0] = random(2)
  return uuidv7(now, ((high & 0x0f) << 8) | low, random(8))
}
