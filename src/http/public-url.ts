import ipaddr from 'ipaddr.js'

/** Suffixes that name no host of the public internet, or an address of somebody's choosing. */
const PRIVATE = [
  'localhost',
  'local',
  'localdomain',
  'internal',
  'intranet',
  'private',
  'corp',
  'home',
  'lan',
  'arpa',
  'test',
  'example',
  'invalid',
  'onion',
  'nip.io',
  'sslip.io',
  'xip.io',
  'localtest.me',
  'lvh.me',
  'vcap.me',
]

/**
 * The URL of something public that we may fetch for a caller, or why not. Addresses are refused in
 * every spelling: the URL parser has already turned 0x7f.1 and 2130706433 into 127.0.0.1. What a
 * name resolves to is the platform's to refuse (`global_fetch_strictly_public`).
 */
export function publicUrl(text: string, ownUrl: string): { url: URL } | { fault: string } {
  if (!URL.canParse(text)) return { fault: 'This is not a URL.' }
  const url = new URL(text)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    return { fault: 'Only https and http are fetched.' }
  }
  if (url.username !== '' || url.password !== '') return { fault: 'It must not hold a password.' }
  if (url.port !== '') return { fault: 'Only the standard ports are fetched.' }
  const host = url.hostname.replace(/\.+$/, '').toLowerCase()
  const isAddress = host.startsWith('[') || ipaddr.isValid(host) || /^[\d.]+$/.test(host)
  const isPrivate = PRIVATE.some((suffix) => host === suffix || host.endsWith(`.${suffix}`))
  if (isAddress || isPrivate || !host.includes('.') || host === new URL(ownUrl).hostname) {
    return { fault: 'Only hosts of the public internet are fetched, by name.' }
  }
  return { url }
}
