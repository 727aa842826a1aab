import { addressParser } from 'postal-mime'
import { normalAddress } from '../domain/address.ts'
import { isSingleLine } from '../domain/single-line.ts'

export interface Mailbox {
  /** In normal form. */
  address: string
  /** Decoded, for display; null when there is none. */
  name: string | null
}

const MAX_ENTRY = 2000
const MAX_NAME = 320

/**
 * Exactly one mailbox as RFC 5322 writes it, with quoted names and RFC 2047 words; null for anything
 * else. The parser and a plain look at the end of the entry must agree on the address: where two
 * readers differ, mail goes to whom nobody meant.
 */
export function parseMailbox(entry: string): Mailbox | null {
  if (entry.length > MAX_ENTRY || !isSingleLine(entry)) return null
  const [mailbox, ...more] = addressParser(entry)
  if (mailbox === undefined || mailbox.group !== undefined || more.length > 0) return null
  if (mailbox.address !== addressAtEnd(entry)) return null
  const address = normalAddress(mailbox.address)
  const name = mailbox.name.trim()
  if (address === null || name.length > MAX_NAME || !isSingleLine(name)) return null
  return { address, name: name === '' ? null : name }
}

/** The same of a header that may hold several, as Reply-To does; null if any of them is none. */
export function parseMailboxList(header: string): Mailbox[] | null {
  if (!isSingleLine(header)) return null
  const mailboxes = addressParser(header, { flatten: true }).map((found) =>
    found.address === undefined
      ? null
      : parseMailbox(displayed({ address: found.address, name: found.name || null })),
  )
  const good = mailboxes.filter((mailbox) => mailbox !== null)
  return good.length > 0 && good.length === mailboxes.length ? good : null
}

function addressAtEnd(entry: string): string {
  const trimmed = entry.trim()
  return /^[^]*<([^<>]*)>$/.exec(trimmed)?.[1]?.trim() ?? trimmed
}

/** `Name <address>`, quoted where RFC 5322 asks for it, letters as they are. */
export function displayed({ address, name }: Mailbox): string {
  if (name === null) return address
  const plain = !/[",.;:<>()@[\]\\]/.test(name)
  return `${plain ? name : `"${name.replace(/[\\"]/g, '\\$&')}"`} <${address}>`
}

/** The same of an address header in its ASCII form. */
export function displayedHeader(header: string): string {
  const [mailbox] = addressParser(header, { flatten: true })
  if (mailbox?.address === undefined) return header
  return displayed({ address: mailbox.address, name: mailbox.name || null })
}
