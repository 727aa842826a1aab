import { LiquidError } from 'liquidjs'

export type PartName = 'subject' | 'html' | 'text' | 'preview_text'

/** What keeps a template from being used: where it stands in the author's source, counted from 1, and a sentence. */
export interface Fault {
  part: PartName
  line: number
  column: number
  message: string
}

/** Thrown while a part is read; `offset` counts UTF-16 units of its source. */
export class Misuse extends Error {
  readonly offset: number

  constructor(message: string, offset: number) {
    super(message)
    this.offset = offset
  }
}

/** Whatever a part's parsing threw, as data. */
export function faultOf(part: PartName, source: string, thrown: unknown): Fault {
  const offset = offsetOf(thrown)
  const before = source.slice(0, offset)
  return {
    part,
    line: before.split('\n').length,
    column: offset - before.lastIndexOf('\n'),
    message: sentence(thrown),
  }
}

/** The library's message as a sentence, without the position it puts behind it. */
export function sentence(thrown: unknown): string {
  if (thrown instanceof Misuse) return thrown.message
  if (thrown instanceof RangeError) return 'The template is nested too deeply or grows too large.'
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  const bare = message.replace(/(, file:[^,\n]*)?, line:\d+, col:\d+$/, '')
  if (bare === 'memory alloc limit exceeded') return 'The template does more work than one may.'
  return `${bare.charAt(0).toUpperCase()}${bare.slice(1)}.`
}

/** A token's `file` is where its own text begins in the part's source (reader.ts). */
function offsetOf(thrown: unknown): number {
  if (thrown instanceof Misuse) return thrown.offset
  if (!LiquidError.is(thrown)) return 0
  return Number(thrown.token.file ?? 0) + thrown.token.begin
}
