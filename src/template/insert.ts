import type { Piece } from './piece.ts'

/** Puts pieces just before the body ends, or at the end. */
export function beforeBodyEnd(html: Piece[], inserted: Piece[]): Piece[] {
  for (let at = html.length - 1; at >= 0; at--) {
    const offset = lastMatch(/<\/body/gi, html[at])
    if (offset !== null) return spliced(html, at, offset, inserted)
  }
  return [...html, ...inserted]
}

/** Puts pieces just behind the body's start tag, or at the start. */
export function afterBodyStart(html: Piece[], inserted: Piece[]): Piece[] {
  for (let start = 0; start < html.length; start++) {
    const tag = firstMatch(/<body(?=[\s>/])|<body$/i, html[start])
    if (tag === null) continue
    // A value may stand inside the tag: <body class="{{ … }}">.
    for (let at = start; at < html.length; at++) {
      const piece = html[at]
      if (typeof piece !== 'string') continue
      const end = piece.indexOf('>', at === start ? tag : 0)
      if (end !== -1) return spliced(html, at, end + 1, inserted)
    }
  }
  return [...inserted, ...html]
}

function spliced(html: Piece[], at: number, offset: number, inserted: Piece[]): Piece[] {
  const piece = html[at]
  if (typeof piece !== 'string') return html
  return [
    ...html.slice(0, at),
    piece.slice(0, offset),
    ...inserted,
    piece.slice(offset),
    ...html.slice(at + 1),
  ]
}

function firstMatch(pattern: RegExp, piece: Piece | undefined): number | null {
  return typeof piece === 'string' ? (pattern.exec(piece)?.index ?? null) : null
}

function lastMatch(pattern: RegExp, piece: Piece | undefined): number | null {
  if (typeof piece !== 'string') return null
  return [...piece.matchAll(pattern)].at(-1)?.index ?? null
}
