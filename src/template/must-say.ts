import { type Context, toValue, type Token, UndefinedVariableError, type Value } from 'liquidjs'

/** Filters that leave something of whatever says something. */
const KEEPING = new Set(
  `abs append array_to_sentence_string at_least at_most base64_encode capitalize ceil cgi_escape default divided_by downcase
  escape escape_once floor join lstrip minus modulo newline_to_br number_of_words plus prepend raw round rstrip size strip
  times to_integer upcase uri_escape url_encode xml_escape`.split(/\s+/),
)

/** A list of nothing says nothing, however long it is. */
export function says(value: unknown): boolean {
  const plain: unknown = toValue(value)
  if (plain === null || plain === undefined) return false
  if (typeof plain === 'string') return plain.trim() !== ''
  return !Array.isArray(plain) || plain.some(says)
}

/** Whether nothing may come of a value that says something. The engine's own escaping has no such name. */
export function mayVanish({ filters }: Value): boolean {
  return filters.some(({ name }) => /^\w+$/.test(name) && !KEEPING.has(name))
}

/**
 * A variable without fallback never becomes nothing on its way through the filters: then it is
 * missing. `isLocal`: texts that the template made itself may be empty, lists may not.
 */
export function mustSay(value: Value, of: { name: string; token: Token; isLocal: boolean }): void {
  const { initial } = value
  const steps = value.filters.map((filter) => ({
    name: filter.name,
    render: filter.render.bind(filter),
  }))
  value.value = function* (ctx: Context): Generator<unknown, unknown, unknown> {
    let result = yield initial.evaluate(ctx, false)
    let mayBeEmpty = of.isLocal && !Array.isArray(result)
    for (const { name, render } of steps) {
      const isLost = !says(result) && (name === 'raw' || !Array.isArray(result)) && name !== 'size'
      if (isLost && !mayBeEmpty) throw missing(of)
      result = yield render(result, ctx)
      // An image, say, of which the text that is made from the html says nothing.
      if (name === 'raw') mayBeEmpty = true
    }
    if (!mayBeEmpty && !says(result)) throw missing(of)
    return result
  }
}

/** As an assignment needs it: what is lost on the way is unknown, not empty. */
export function orUnknown(value: Value): void {
  const read = value.value.bind(value)
  value.value = function* (ctx: Context, lenient?: boolean): Generator<unknown, unknown, unknown> {
    const result = yield read(ctx, lenient)
    return typeof result === 'string' && !says(result) ? undefined : result
  }
}

function missing({ name, token }: { name: string; token: Token }): UndefinedVariableError {
  const cause = Object.assign(new Error(`undefined variable: ${name}`), { variableName: name })
  return new UndefinedVariableError(cause, token)
}
