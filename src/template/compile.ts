import { type Compiled, compiledOf } from './compiled.ts'
import { deriveText, type ToText } from './derive-text.ts'
import { engine } from './engine.ts'
import { type Fault, faultOf, type PartName } from './fault.ts'
import { afterBodyStart, beforeBodyEnd } from './insert.ts'
import type { Names } from './names.ts'
import { asIs, escaped, type Finish, oneLine, type Piece } from './piece.ts'
import { readPieces, readTokens } from './read-part.ts'
import { trackable } from './trackable.ts'
import { PIXEL_URL } from './reserved.ts'

/** As the author wrote it: Liquid, and Resend's `{{{NAME|fallback}}}`. */
export interface Source {
  subject: string
  html: string | null
  /** Made from the html when null. */
  text: string | null
  /** Plain text; stands hidden at the start of the html. */
  previewText: string | null
}

export interface CompileOptions {
  /** What `'now'` means to date filters, epoch milliseconds. */
  now: number
  /** Whether the html ends with our pixel, at `PIXEL_URL`. */
  pixel: boolean
  /** Whether links to websites in the html lead where a rendering says. */
  clicks: boolean
  /** Null leaves an email without text as it is. */
  toText: ToText | null
}

export type Compilation =
  { type: 'compiled'; compiled: Compiled } | { type: 'faulty'; faults: Fault[] }

const PIXEL = `<img src="{{ ${PIXEL_URL} }}" width="1" height="1" alt="" style="display:block">`
const PREHEADER = '<div style="display:none;max-height:0;overflow:hidden;mso-hide:all">'
const previewLine: Finish = (text) => escaped(oneLine(text))

/** Everything is parsed here, once; rendering a recipient only fills slots. */
export function compile(
  source: Source,
  { now, pixel, clicks, toText }: CompileOptions,
): Compilation {
  const faults: Fault[] = []
  const names: Names[] = []
  if (source.html === null && source.text === null)
    faults.push({ part: 'html', line: 1, column: 1, message: 'There is neither html nor text.' })
  if (source.subject === '')
    faults.push({ part: 'subject', line: 1, column: 1, message: 'The subject is empty.' })

  const subject = read('subject', source.subject, oneLine)
  const text = source.text === null ? derivedText(source.html) : read('text', source.text, asIs)
  const html = source.html === null ? null : withOurs(source.html)
  if (faults.length > 0) return { type: 'faulty', faults }
  return { type: 'compiled', compiled: compiledOf({ subject, html, text }, names) }

  function read(part: PartName, author: string, finish: Finish): Piece[] {
    const liquid = engine({ escapes: part === 'html', now })
    try {
      const read = readPieces(readTokens(author, liquid), liquid, finish)
      names.push(read.names)
      return read.pieces
    } catch (thrown) {
      faults.push(faultOf(part, author, thrown))
      return []
    }
  }

  function withOurs(author: string): Piece[] {
    let html = read('html', author, asIs)
    if (clicks) html = trackable(html)
    if (source.previewText !== null && source.previewText !== '') {
      const preview = read('preview_text', source.previewText, previewLine)
      html = afterBodyStart(html, [PREHEADER, ...preview, '</div>'])
    }
    if (!pixel) return html
    const liquid = engine({ escapes: true, now })
    return beforeBodyEnd(html, readPieces(readTokens(PIXEL, liquid), liquid, asIs).pieces)
  }

  /** Null, too, when html and tags are so interwoven that no text can be told from them. */
  function derivedText(html: string | null): Piece[] | null {
    if (html === null || toText === null) return null
    const raw = (value: string) => toText(value) ?? value
    const liquid = engine({ escapes: false, now, raw })
    try {
      const tokens = deriveText(readTokens(html, liquid), toText)
      if (tokens === null) return null
      const read = readPieces(tokens, liquid, asIs)
      names.push(read.names)
      return read.pieces
    } catch {
      return null
    }
  }
}
