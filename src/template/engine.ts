import {
  AssignTag,
  type Context,
  defaultOperators,
  type Emitter,
  type FilterImplOptions,
  Liquid,
  toValue,
  Value,
} from 'liquidjs'
import { says } from './must-say.ts'
import { escaped } from './piece.ts'

/** How many steps and characters one part may cost one recipient: SES takes 262,144 characters. */
const WORK = 1_000_000

/** What reads files, runs a value as an expression, is random, or answers later in Workers. */
const NO_TAGS = ['include', 'render', 'layout', 'block', 'liquid']
const NO_FILTERS = /_exp$|^(sample|sha256|hmac_sha256|inspect|jsonify)$/
const DATE_FILTERS = /^date(_to_\w+)?$/
const JOINING_FILTERS = new Set(['join', 'array_to_sentence_string'])

export interface EngineOptions {
  /** Whether outputs are escaped for html unless the author says `raw`. */
  escapes: boolean
  /** What `'now'` and `'today'` mean to date filters, epoch milliseconds. */
  now: number
  /** What `raw` makes of a value; it is left as it is by default. */
  raw?: (value: string) => string
}

/** Liquid without files, chance and clock: the same template and variables always give the same bytes. */
export function engine({ escapes, now, raw }: EngineOptions): Liquid {
  const liquid = new Liquid({
    strictFilters: true,
    strictVariables: true,
    lenientIf: true,
    ownPropertyOnly: true,
    templates: {},
    memoryLimit: WORK,
    operators: {
      ...defaultOperators,
      '==': equals,
      *'!='(left, right, ctx) {
        return !(yield equals(left, right, ctx))
      },
    },
    timezoneOffset: 0,
    preserveTimezones: true,
    locale: 'en-US',
    ...(escapes ? { outputEscape: (value: unknown) => escaped(textOf(value)) } : {}),
  })
  for (const tag of NO_TAGS) delete liquid.tags[tag]
  liquid.registerTag('assign', StrictAssign)
  for (const [name, filter] of Object.entries(liquid.filters)) {
    if (NO_FILTERS.test(name)) liquid.unregisterFilter(name)
    else if (DATE_FILTERS.test(name)) liquid.registerFilter(name, dated(filter, now))
    else if (JOINING_FILTERS.has(name)) liquid.registerFilter(name, unlessNothing(filter))
  }
  liquid.registerFilter('says', says)
  if (raw) liquid.registerFilter('raw', { raw: true, handler: (value) => raw(textOf(value)) })
  countWork(liquid)
  return liquid
}

/** What is absent equals nil and the empty string alike. */
function* equals(
  left: unknown,
  right: unknown,
  ctx: Context,
): Generator<unknown, boolean, unknown> {
  const sameAs = defaultOperators['=='] ?? Object.is
  if (yield sameAs(left, right, ctx)) return true
  if (left !== null && left !== undefined && right !== null && right !== undefined) return false
  return (yield sameAs(left ?? '', right ?? '', ctx)) === true
}

/** The library assigns nothing silently when a variable is unknown. */
class StrictAssign extends AssignTag {
  override *render(ctx: Context): Generator<unknown, void, unknown> {
    const [value] = this.arguments()
    const [name] = this.localScope()
    if (value instanceof Value && name) ctx.bottom()[name.content] = yield value.value(ctx, false)
  }
}

/** What stands between things stands between nothing else. */
function unlessNothing(filter: FilterImplOptions): FilterImplOptions {
  const handler = typeof filter === 'function' ? filter : filter.handler
  return function (value, ...args) {
    return says(value) ? handler.call(this, value, ...args) : ''
  }
}

function dated(filter: FilterImplOptions, now: number): FilterImplOptions {
  const handler = typeof filter === 'function' ? filter : filter.handler
  const seconds = Math.floor(now / 1000)
  return function (value, ...args) {
    return handler.call(this, value === 'now' || value === 'today' ? seconds : value, ...args)
  }
}

/** Workers' clock stands still while they compute, so not time is limited but what is done. */
function countWork({ renderer }: Liquid): void {
  const render = renderer.renderTemplates.bind(renderer)
  renderer.renderTemplates = (templates, ctx, emitter = new CountingEmitter(ctx)) => {
    ctx.memoryLimit.use(templates.length + 1)
    return render(templates, ctx, emitter)
  }
}

class CountingEmitter implements Emitter {
  buffer = ''
  readonly #ctx: Context

  constructor(ctx: Context) {
    this.#ctx = ctx
  }

  write(value: unknown): void {
    const text = textOf(value)
    this.#ctx.memoryLimit.use(text.length)
    this.buffer += text
  }
}

/** As Liquid prints a value. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  const plain: unknown = toValue(value)
  if (plain === null || plain === undefined) return ''
  if (Array.isArray(plain)) return plain.map(textOf).join('')
  if (typeof plain === 'number' || typeof plain === 'boolean') return String(plain)
  throw new Error('An object cannot be printed, only its properties')
}
