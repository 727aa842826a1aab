import type { NameValue } from './content.ts'

/**
 * The two headers of one-click unsubscribing, for one recipient's own link. Both must be covered by
 * the DKIM signature. Source: RFC 8058 section 3.1 (there exactly one https URI).
 */
export function listUnsubscribe(url: string): NameValue[] {
  return [
    { name: 'List-Unsubscribe', value: `<${url}>` },
    { name: 'List-Unsubscribe-Post', value: ONE_CLICK.join('=') },
  ]
}

/** The one field of the form that a mail provider posts (RFC 8058 section 3.2). */
export const ONE_CLICK = ['List-Unsubscribe', 'One-Click'] as const
