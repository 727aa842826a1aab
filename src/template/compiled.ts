import type { TrackLink } from '../domain/tracked-links.ts'
import type { PartName } from './fault.ts'
import type { Names } from './names.ts'
import type { Piece } from './piece.ts'
import { type NamedSlot, type Rendering, renderSlots } from './render.ts'
import type { Variables } from './scope.ts'
import { type Slotted, slotted } from './slots.ts'

/** The parts of an email, or of its template. */
export interface Parts {
  subject: string
  html: string | null
  text: string | null
}

export interface Variable {
  /** A path: `FIRST_NAME`, `contact.city`. */
  name: string
  /** Whether no use of it needs a value: each has a fallback, or stands where it may be passed over. */
  fallback: boolean
}

/** Whose emails only a rendering tells anything certain about, besides those who bring a list or an object. */
export interface Unproven {
  /** Recipients who lack one of these variables: a condition, a loop or a value before the fallback may keep them from being read, or not. */
  lacking: string[]
  /** Every recipient: a filter may leave nothing of what there is. */
  everybody: boolean
}

export type Whole = { type: 'rendered'; parts: Parts } | Exclude<Rendering, { type: 'rendered' }>

export interface Compiled {
  /** SES's TemplateContent, with `{{v0}}`, `{{v1}}`… for slots. */
  template: Parts
  /** What a recipient's TemplateData holds: every slot, always. */
  render: (variables: Variables, track?: TrackLink) => Rendering
  /** Byte for byte what SES makes of the template and the slots. */
  whole: (variables: Variables, track?: TrackLink) => Whole
  /** Variables that this recipient lacks; empty when there is nothing to complain about. */
  missing: (variables: Variables) => string[]
  variables: Variable[]
  unproven: Unproven
  /** UTF-8 bytes of the template's parts together, and of the largest. */
  staticBytes: number
  largestPartBytes: number
}

export function compiledOf(
  pieces: { subject: Piece[]; html: Piece[] | null; text: Piece[] | null },
  names: Names[],
): Compiled {
  const named: NamedSlot[] = []
  const subject = partOf('subject', pieces.subject)
  const html = pieces.html && partOf('html', pieces.html)
  const text = pieces.text && partOf('text', pieces.text)
  const template = filled((name) => `{{${name}}}`)
  const bytes = [template.subject, template.html ?? '', template.text ?? ''].map(
    (part) => new TextEncoder().encode(part).length,
  )
  const locals = new Set(names.flatMap((each) => [...each.locals]))
  const render = (variables: Variables, track: TrackLink = untracked) =>
    renderSlots(named, variables, { locals, track })

  return {
    template,
    render,
    whole(variables, track) {
      const rendering = render(variables, track)
      if (rendering.type !== 'rendered') return rendering
      return { type: 'rendered', parts: filled((name) => rendering.slots[name] ?? '') }
    },
    missing(variables) {
      const rendering = render(variables)
      return rendering.type === 'missing' ? rendering.names : []
    },
    variables: merged(names),
    unproven: {
      lacking: [
        ...new Set(
          names.flatMap(({ unsure, variables }) =>
            [...unsure].filter((name) => variables.has(name)),
          ),
        ),
      ],
      everybody: names.some(({ mayVanish }) => mayVanish),
    },
    staticBytes: bytes.reduce((sum, each) => sum + each, 0),
    largestPartBytes: Math.max(...bytes),
  }

  function partOf(part: PartName, pieces: Piece[]): Part {
    const { statics, slots } = slotted(pieces)
    const first = named.length
    for (const slot of slots) named.push({ name: `v${named.length}`, part, slot })
    return { statics, first }
  }

  function filled(value: (name: string) => string): Parts {
    return {
      subject: join(subject, value),
      html: html && join(html, value),
      text: text && join(text, value),
    }
  }
}

const untracked: TrackLink = () => null

/** A part's slots are numbered from `first`. */
interface Part {
  statics: Slotted['statics']
  first: number
}

function join({ statics, first }: Part, value: (name: string) => string): string {
  let joined = ''
  statics.forEach((text, at) => {
    joined += at === 0 ? text : value(`v${first + at - 1}`) + text
  })
  return joined
}

function merged(names: Names[]): Variable[] {
  const variables = new Map<string, boolean>()
  for (const { variables: read } of names)
    for (const [name, { fallback }] of read)
      variables.set(name, fallback && (variables.get(name) ?? true))
  return [...variables].map(([name, fallback]) => ({ name, fallback }))
}
