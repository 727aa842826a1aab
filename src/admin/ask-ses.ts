import type { Asked } from '../aws/identities.ts'
import { ApiError, invalidField } from '../http/errors.ts'

/** What SES answered, or null where it knows no such domain. Throws what callers are told otherwise. */
export function fromSes<Good extends { type: string }>(asked: Asked<Good>): Good | null {
  if ('reason' in asked) {
    if (asked.type === 'refused') throw invalidField('name', asked.reason)
    console.warn('SES did not answer of a domain', { reason: asked.reason })
    throw new ApiError(503, 'application_error', 'Amazon SES does not answer. Please try again.')
  }
  return isGood(asked) ? asked : null
}

function isGood<Good extends { type: string }>(asked: Good | { type: 'absent' }): asked is Good {
  return asked.type !== 'absent'
}
