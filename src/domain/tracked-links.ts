/** Where a link leads instead; null: it stays as it is. */
export type TrackLink = (link: string) => string | null

/** Up to the value of the `href` of a link that nobody asked to leave alone, as SES's own tracking reads it. */
const LINKS =
  /(<(?:a|area)(?=\s)(?:[^>"']|"[^"]*"|'[^']*'){0,2000}?\shref\s*=\s*)("[^"]*"|'[^']*'|[^\s"'>]+)((?:[^>"']|"[^"]*"|'[^']*'){0,2000})/gi
const LEFT_ALONE = /\sses:no-track(?=[\s=>/]|$)/i

/** The html with each link to a website led elsewhere; every other byte stays what it was. */
export function withTrackedLinks(html: string, track: TrackLink): string {
  if (!html.includes('<')) return html
  return html.replace(LINKS, (tag: string, before: string, value: string, after: string) => {
    const link = linkOf(before, value, after)
    return link === null ? tag : before + trackedValue({ link, value }, track) + after
  })
}

/** A link as it stands in its attribute: `value` with quotes and entities, `link` as it is asked for. */
export interface AttributeLink {
  value: string
  link: string
}

/** Of a tag that is whole: its link to a website, and what stands around that; null: there is none to track. */
export function linkIn(tag: string): (AttributeLink & { before: string; after: string }) | null {
  LINKS.lastIndex = 0
  const { 0: whole = '', 1: before = '', 2: value = '', 3: after = '' } = LINKS.exec(tag) ?? []
  LINKS.lastIndex = 0
  const link = linkOf(before, value, after)
  return link === null ? null : { before, value, link, after: after + tag.slice(whole.length) }
}

export function trackedValue({ value, link }: AttributeLink, track: TrackLink): string {
  const tracked = track(link)
  return tracked === null ? value : `"${escapedAttribute(tracked)}"`
}

function linkOf(before: string, value: string, after: string): string | null {
  if (LEFT_ALONE.test(before) || LEFT_ALONE.test(after)) return null
  return websiteOf(unescaped(/^["']/.test(value) ? value.slice(1, -1) : value))
}

/** As a browser would ask for it, ASCII; null for what does not lead to a website. */
export function websiteOf(link: string): string | null {
  const trimmed = link.trim()
  if (!/^https?:\/\//i.test(trimmed) || !URL.canParse(trimmed)) return null
  // What the author wrote, as long as it is a URI and can stand in a header (RFC 3986 section 2).
  return /^[\w\-.~:/?#[\]@!$&'()*+,;=%]+$/.test(trimmed) ? trimmed : new URL(trimmed).href
}

const ENTITIES: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
}

/** The entities that links are written with; any other stays what it is, and so does its link's meaning. */
function unescaped(value: string): string {
  return value.replace(
    /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w+));/gi,
    (whole, hex?: string, decimal?: string, name?: string) => {
      if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? whole
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole
    },
  )
}

function escapedAttribute(link: string): string {
  return link.replaceAll('&', '&amp;').replaceAll('"', '&quot;')
}
