/** Deep nesting, floods of tiny objects and of numbers each cost far more memory parsed than sent. */
export interface JsonBounds {
  depth: number
  /** Objects and lists together. */
  containers: number
  /** Keys and string values together. */
  strings: number
  /** Everything that a comma divides. */
  values: number
}

/**
 * The first bound that a JSON text exceeds, or null; counted before anything is parsed. Text that is
 * not JSON may be miscounted: the parser refuses it afterwards.
 */
export function exceededBound(json: string, bounds: JsonBounds): keyof JsonBounds | null {
  let depth = 0
  let containers = 0
  let strings = 0
  let values = 0
  for (let at = 0; at < json.length; at++) {
    switch (json.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(json, at)
        if (++strings > bounds.strings) return 'strings'
        break
      case OPEN_LIST:
      case OPEN_OBJECT:
        if (++depth > bounds.depth) return 'depth'
        if (++containers > bounds.containers) return 'containers'
        break
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        depth--
        break
      case COMMA:
        if (++values > bounds.values) return 'values'
        break
      default:
    }
  }
  return null
}

const QUOTE = 0x22
const COMMA = 0x2c
const BACKSLASH = 0x5c
const OPEN_LIST = 0x5b
const CLOSE_LIST = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d

/** Leaps from quote to quote, since attachments are single strings of megabytes. */
function endOfString(json: string, start: number): number {
  let end = json.indexOf('"', start + 1)
  while (end !== -1) {
    let escapes = 0
    while (json.charCodeAt(end - 1 - escapes) === BACKSLASH) escapes++
    if (escapes % 2 === 0) return end
    end = json.indexOf('"', end + 1)
  }
  return json.length
}
