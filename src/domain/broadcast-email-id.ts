/**
 * The id of a broadcast's email to one address: a v7 UUID with the broadcast's milliseconds and its
 * 12 bits, then 62 bits of `digest` (SHA-256 of broadcast id and address). The same address uploaded
 * twice is one row, and all emails of a broadcast are one key range.
 */
export function broadcastEmailId(broadcastId: string, digest: Uint8Array): string {
  let hex = HEX[0x80 | ((digest[0] ?? 0) & 0x3f)] ?? ''
  for (let byte = 1; byte < 8; byte++) hex += HEX[digest[byte] ?? 0] ?? ''
  return `${broadcastId.slice(0, 18)}-${hex.slice(0, 4)}-${hex.slice(4)}`
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** First and last id that an email of the broadcast can have. Others may lie between: ask for the broadcast, too. */
export function broadcastKeys(broadcastId: string): { first: string; last: string } {
  const prefix = broadcastId.slice(0, 18)
  return { first: `${prefix}-8000-000000000000`, last: `${prefix}-bfff-ffffffffffff` }
}
