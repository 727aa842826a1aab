import { linkIn } from '../domain/tracked-links.ts'
import type { Node, Piece } from './piece.ts'

const LINK_START = /<(?:a|area)(?=\s)/gi

/**
 * The same pieces, with links to websites where a rendering can lead them elsewhere: `href` values of
 * the author, whole tags that hold computed values, and whatever a block prints.
 */
export function trackable(html: Piece[]): Piece[] {
  const pieces: Piece[] = []
  let tag: Tag | null = null
  for (const piece of html) {
    if (typeof piece === 'string') tag = addText(piece, tag)
    else if ('inside' in piece || 'link' in piece) pieces.push(piece)
    else if (tag !== null) tag.inside.push(piece)
    else pieces.push(piece.silent ? piece : { inside: [piece], silent: false })
  }
  if (tag !== null) pieces.push(...tag.inside)
  return pieces

  /** Returns the tag that the text leaves open. */
  function addText(text: string, open: Tag | null): Tag | null {
    let from = 0
    if (open !== null) {
      const { end, quote } = tagEnd(text, 0, open.quote)
      open.inside.push(text.slice(0, end ?? text.length))
      if (end === null) return { ...open, quote }
      pieces.push({ inside: open.inside, silent: false })
      from = end
    }
    for (const { index } of text.matchAll(LINK_START)) {
      if (index < from) continue
      pieces.push(text.slice(from, index))
      const { end, quote } = tagEnd(text, index, '')
      if (end === null) return { inside: [text.slice(index)], quote }
      pieces.push(...whole(text.slice(index, end)))
      from = end
    }
    pieces.push(text.slice(from))
    return null
  }
}

interface Tag {
  inside: (string | Node)[]
  /** Within an attribute's value, the quote that ends it. */
  quote: string
}

function whole(tag: string): Piece[] {
  const found = linkIn(tag)
  if (found === null) return [tag]
  const { before, value, link, after } = found
  return [before, { value, link, silent: false }, after]
}

/** Behind the `>` that no quotes enclose; null: it is not in this text. */
function tagEnd(text: string, start: number, open: string): { end: number | null; quote: string } {
  let quote = open
  for (let at = start; at < text.length; at++) {
    const char = text.charAt(at)
    if (quote !== '') {
      if (char === quote) quote = ''
    } else if (char === '"' || char === "'") quote = char
    else if (char === '>') return { end: at + 1, quote }
  }
  return { end: null, quote }
}
