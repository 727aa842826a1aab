/** What a case may name and cannot know: `<<key>>`, `<<open flip:3>>`. */
export type Names = ReadonlyMap<string, string>

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 }
const PLACE = /<<([^<>]+)>>/g

/**
 * A case as it is posted. In strings, keys included, stand `<<name op:n …>>`, `<<repeat text n>>` (`&` for
 * a blank), `<<char d83d>>` and `<<ago 25h>>` (`<<ago -2h>>` is ahead); `{"<<times>>": [n, item]}` is a list and
 * `{"<<entries>>": [n, key, value]}` an object, in both of which `<<n>>` counts from 0.
 */
export function expanded(value: unknown, names: Names): unknown {
  if (typeof value === 'string') return text(value, names)
  if (Array.isArray(value)) return value.map((each) => expanded(each, names))
  if (typeof value !== 'object' || value === null) return value
  if ('<<times>>' in value) return times(value['<<times>>'], names).flat()
  if ('<<entries>>' in value) {
    const pairs = times(value['<<entries>>'], names)
    return Object.fromEntries(pairs.map(([key, each]) => [String(key), each]))
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [text(key, names), expanded(each, names)]),
  )
}

export function text(given: string, names: Names): string {
  return given.replace(PLACE, (_, place: string) => {
    const [name = '', ...ops] = place.split(' ')
    const [first = '', second = ''] = ops
    if (name === 'repeat') return first.replaceAll('&', ' ').repeat(Number(second))
    if (name === 'char') return String.fromCharCode(Number.parseInt(first, 16))
    if (name === 'ago') return new Date(Date.now() - milliseconds(first)).toISOString()
    const known = names.get(name)
    if (known === undefined) throw new Error(`No case can name <<${place}>>.`)
    return ops.reduce(changed, known)
  })
}

/** `[n, item, …]`: the items n times, counted. */
function times(given: unknown, names: Names): unknown[][] {
  if (!Array.isArray(given)) throw new Error('How often is missing.')
  const [count, ...items]: unknown[] = given
  return Array.from({ length: Number(count) }, (_, n) => {
    const counted = new Map([...names, ['n', String(n)]])
    return items.map((item) => expanded(item, counted))
  })
}

function changed(value: string, op: string): string {
  const [verb = '', argument = ''] = op.split(':')
  const n = Number(argument)
  switch (verb) {
    case 'cut':
      return value.slice(0, n)
    case 'from':
      return value.slice(n)
    case 'flip': {
      const at = n < 0 ? value.length + n : n
      return value.slice(0, at) + (value[at] === 'A' ? 'E' : 'A') + value.slice(at + 1)
    }
    case 'upper':
      return value.toUpperCase()
    case 'lower':
      return value.toLowerCase()
    default:
      throw new Error(`No case can do ${op}.`)
  }
}

function milliseconds(span: string): number {
  const [, count, unit] = /^(-?\d+)([smhd])$/.exec(span) ?? []
  const seconds = Object.entries(SECONDS).find(([name]) => name === unit)?.[1]
  if (seconds === undefined) throw new Error(`${span} is no span of time.`)
  return Number(count) * seconds * 1000
}
