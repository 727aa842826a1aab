const LINKS = /<a\b[^>]*?\shref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/gi
const SCHEMES = new Set(['http:', 'https:', 'mailto:', 'tel:', 'sms:'])

/** Targets of the links of an html, each once, as a browser reads their entities. */
export function linksOf(html: string): string[] {
  const links = [...html.matchAll(LINKS)].map(([, double, single, bare]) =>
    (double ?? single ?? bare ?? '').replaceAll('&amp;', '&').trim(),
  )
  return [...new Set(links)]
}

/** Why nobody can follow a link from an email, or null. */
export function linkFault(link: string): string | null {
  if (link.startsWith('#')) return null
  if (link === '') return 'it is empty'
  if (!URL.canParse(link)) return 'it is not a whole URL'
  const { protocol, hostname } = new URL(link)
  if (!SCHEMES.has(protocol)) return `mail programs do not follow ${protocol}`
  if (/^https?:$/.test(protocol) && !hostname.includes('.'))
    return 'its host is not on the internet'
  return null
}
