import type { Piece } from './piece.ts'

/** Text of the author and nodes whose values, joined, fill one `{{v0}}`. */
export type Slot = Piece[]

/** `statics[0] slots[0] statics[1] … slots[n-1] statics[n]` */
export interface Slotted {
  statics: string[]
  slots: Slot[]
}

/**
 * Handlebars must see in the static text neither a mustache nor an escape of one: runs of braces and
 * backslashes that hold `{{`, or touch a slot, move into slot values. Neighbouring slots are one.
 */
export function slotted(pieces: Piece[]): Slotted {
  const row = new Row()
  for (const piece of joined(pieces)) {
    if (typeof piece === 'string') row.addText(piece)
    else row.addSlot(piece)
  }
  return row.end()
}

const SPECIAL = new Set(['{', '}', '\\'])

class Row {
  /** Texts and slots in turn, a text first and last. */
  readonly #statics = ['']
  readonly #slots: Slot[] = []

  addText(text: string): void {
    let from = 0
    for (const { 0: run, index } of text.matchAll(/[{}\\]+/g)) {
      if (!run.includes('{{')) continue
      this.#addStatic(text.slice(from, index))
      this.addSlot([run])
      from = index + run.length
    }
    this.#addStatic(text.slice(from))
  }

  addSlot(slot: Slot): void {
    const before = this.#statics.pop() ?? ''
    const last = this.#slots.at(-1)
    let keep = before.length
    while (keep > 0 && SPECIAL.has(before.charAt(keep - 1))) keep--
    const moved = [before.slice(keep), ...slot].filter((piece) => piece !== '')
    if (keep === 0 && last) {
      last.push(...moved)
      this.#statics.push('')
      return
    }
    this.#statics.push(before.slice(0, keep), '')
    this.#slots.push(moved)
  }

  end(): Slotted {
    return { statics: this.#statics, slots: this.#slots }
  }

  /** Texts come one at a time: the last static is empty, and a slot stands before it, if any does. */
  #addStatic(text: string): void {
    const last = this.#slots.at(-1)
    let from = 0
    if (last) while (from < text.length && SPECIAL.has(text.charAt(from))) from++
    if (last && from > 0) last.push(text.slice(0, from))
    this.#statics[this.#statics.length - 1] += text.slice(from)
  }
}

/** Joins texts, and lets nodes that print nothing go with the next that does; later ones matter to nobody. */
function* joined(pieces: Piece[]): Generator<string | Slot> {
  let text = ''
  let silent: Piece[] = []
  for (const piece of pieces) {
    if (typeof piece === 'string') text += piece
    else if (piece.silent) silent.push(piece)
    else {
      if (text !== '') yield text
      yield [...silent, piece]
      text = ''
      silent = []
    }
  }
  if (text !== '') yield text
}
