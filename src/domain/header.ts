import type { NameValue } from './content.ts'
import { MAX_HEADER_VALUE } from './ses-limits.ts'

/** SES: characters of a header's name. */
const MAX_NAME = 126
const NAME = /^[!-9;-@A-~]+$/
const VALUE = /^[ -~]+$/

/**
 * Headers that we or SES write. List-Unsubscribe is none of them: Resend's callers set it on their
 * own transactional mail, and nobody else does there.
 */
const OURS = new Set([
  'to',
  'cc',
  'bcc',
  'from',
  'sender',
  'return-path',
  'date',
  'message-id',
  'mime-version',
  'dkim-signature',
  'received',
])
const OUR_FAMILIES = /^(content-|arc-|x-ses-|resent-)/

/** Why a caller may not set this header, or null. */
export function headerFault({ name, value }: NameValue): string | null {
  if (!NAME.test(name) || name.length > MAX_NAME) {
    return `A header name is 1 to ${MAX_NAME} printable ASCII characters without a colon.`
  }
  const lower = name.toLowerCase()
  if (OURS.has(lower) || OUR_FAMILIES.test(lower)) return 'This header is not for callers to set.'
  if (!VALUE.test(value) || value.length > MAX_HEADER_VALUE) {
    return `A header value is 1 to ${MAX_HEADER_VALUE} printable ASCII characters on one line.`
  }
  return null
}
