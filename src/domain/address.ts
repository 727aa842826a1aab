const MAX_ADDRESS = 254
const MAX_LOCAL_PART = 64
const LOCAL_PART = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/
const DOMAIN =
  /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z][a-z0-9-]{0,61}[a-z0-9])$/

/**
 * One normal form of an address: trimmed, lower case, IDN to punycode, `+tag` kept.
 * Null for what SES cannot send to: no SMTPUTF8 local parts, no quoted local parts, no address literals.
 */
export function normalAddress(raw: string): string | null {
  const address = raw.trim()
  const at = address.lastIndexOf('@')
  if (at < 1) return null
  const local = address.slice(0, at)
  const domain = asciiDomain(address.slice(at + 1))
  if (domain === null || local.length > MAX_LOCAL_PART || !LOCAL_PART.test(local)) return null
  const normal = `${local.toLowerCase()}@${domain}`
  return normal.length > MAX_ADDRESS ? null : normal
}

/** The part behind the @, of an address in normal form. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1)
}

function asciiDomain(raw: string): string | null {
  // What a URL parser would read as something other than a host never reaches it.
  if (raw === '' || /[\s/?#@:%\\[\]<>^|\u0000-\u001f\u007f]/.test(raw)) return null
  const host = URL.canParse(`http://${raw}`) ? new URL(`http://${raw}`).hostname : ''
  return DOMAIN.test(host) ? host : null
}
