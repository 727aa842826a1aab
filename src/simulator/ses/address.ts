import { badRequest } from './error.ts'

const LOCAL_PART =
  /^[!#$%&'*+/=?^_`{|}~0-9A-Za-z-]+(\.[!#$%&'*+/=?^_`{|}~0-9A-Za-z-]+)*$|^"[ -~]+"$/
const DOMAIN =
  /^([0-9A-Za-z]([0-9A-Za-z-]{0,61}[0-9A-Za-z])?\.)*[0-9A-Za-z]([0-9A-Za-z-]{0,61}[0-9A-Za-z])?$/
const MAX_ADDRESS = 320

/** `Name <a@b>` or `a@b` to `a@b`. Throws SES's words for what it cannot be. */
export function bareAddress(mailbox: string): string {
  const address = (/<([^<>]*)>\s*$/.exec(mailbox)?.[1] ?? mailbox).trim()
  const at = address.lastIndexOf('@')
  if (address.length > MAX_ADDRESS) throw badRequest('Address length is more than 320 characters.')
  if (at < 0) throw badRequest("Missing final '@domain'")
  const local = address.slice(0, at)
  if (local === '') throw badRequest("Missing local part before '@domain'")
  if (/[\s\u0000-\u001f\u007f]/.test(mailbox.replaceAll(' ', '')) || /\s/.test(address))
    throw badRequest('Local address contains control or whitespace')
  if (/[^ -~]/.test(mailbox)) throw badRequest(`Illegal address: '${mailbox}' is not ASCII`)
  if (!LOCAL_PART.test(local)) throw badRequest('Local address contains illegal character')
  if (!DOMAIN.test(address.slice(at + 1))) throw badRequest('Domain contains illegal character')
  return address
}

export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase()
}

/** As the suppression list keeps it: trimmed, the domain in lower case, the local part as it is. */
export function listedAddress(address: string): string {
  const bare = address.trim()
  const at = bare.lastIndexOf('@')
  return at < 0 ? bare : bare.slice(0, at) + bare.slice(at).toLowerCase()
}

const MAILBOXES = ['success', 'bounce', 'ooto', 'complaint', 'suppressionlist'] as const
export type Mailbox = (typeof MAILBOXES)[number]

const MAILBOX = /^([a-z]+)(\+[^@]*)?@simulator\.amazonses\.com$/i

/** Which mailbox of SES's own simulator an address is; null for all others. */
export function simulatorMailbox(address: string): Mailbox | null {
  const name = MAILBOX.exec(address)?.[1]?.toLowerCase()
  return MAILBOXES.find((mailbox) => mailbox === name) ?? null
}
