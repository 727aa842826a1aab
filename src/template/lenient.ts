import type { Context, Expression, Filter } from 'liquidjs'
import { says } from './must-say.ts'

/** An expression that may lack variables: the library does this by throwing, which is slow for 50,000 people. */
export function readLeniently(expression: Expression): void {
  const evaluate = expression.evaluate.bind(expression)
  expression.evaluate = function* (ctx: Context, lenient?: boolean) {
    return yield* withStrictness(false, ctx, evaluate(ctx, lenient))
  }
}

/**
 * `a | default: b | default: "c"`: a fallback is looked up only when it is needed, and may itself be
 * absent when another follows. The library looks all of them up, and fails on the first unknown one.
 */
export function readDefaultsLazily(filters: Filter[]): void {
  filters.forEach((filter, at) => {
    if (filter.name !== 'default') return
    const evaluate = filter.render.bind(filter)
    const isLast = filters[at + 1]?.name !== 'default'
    filter.render = function* (value: unknown, ctx: Context) {
      if (isPresent(value)) return value
      const given = Array.isArray(value) ? undefined : value
      return yield* withStrictness(isLast && ctx.strictVariables, ctx, evaluate(given, ctx))
    }
  })
}

function* withStrictness(
  strict: boolean,
  ctx: Context,
  evaluation: Iterable<unknown>,
): Generator<unknown, unknown, unknown> {
  const before = ctx.strictVariables
  ctx.strictVariables = strict
  try {
    return yield evaluation
  } finally {
    ctx.strictVariables = before
  }
}

function isPresent(value: unknown): boolean {
  if (typeof value === 'string') return value.length > 0
  if (Array.isArray(value)) return says(value)
  return typeof value === 'number' || value === true
}
