import { randomUUID } from 'node:crypto'

/** Seen in real mail; a region not listed gets a code of the same form. */
const REGION_CODES: Readonly<Record<string, string>> = {
  'us-east-1': '0100',
  'us-west-2': '0101',
  'eu-west-1': '0102',
  'eu-central-1': '0107',
  'us-east-2': '010f',
}
const UNKNOWN_REGION = '01ff'

/** 4 hex of the region, 12 hex of milliseconds, a UUID and six zeros: 60 characters. */
export function messageId(region: string, at: number): string {
  const code = REGION_CODES[region] ?? UNKNOWN_REGION
  return `${code}${at.toString(16).padStart(12, '0')}-${randomUUID()}-000000`
}
