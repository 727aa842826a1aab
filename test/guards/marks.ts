import { type Guard, isQueryBuilder } from './guards-of.ts'

/** A source with comments in its SQL around every guard, by its number; the SQL means the same. */
export function marked(source: string, guards: { guard: Guard; number: number }[]): string {
  const marks = guards.flatMap(({ guard, number }) => {
    const [open, close] = isQueryBuilder(guard)
      ? [`markedSql\`/*<${number}>*/\${`, `}/*</${number}>*/\``]
      : [`/*<${number}>*/`, `/*</${number}>*/`]
    const length = guard.to - guard.from
    return [
      { at: guard.from, text: open, order: -length },
      { at: guard.to, text: close, order: length },
    ]
  })
  // Who ends before who begins, the outer around the inner.
  const sorted = marks.toSorted(
    (a, b) => a.at - b.at || closing(a) - closing(b) || a.order - b.order,
  )
  let text = ''
  let at = 0
  for (const mark of sorted) {
    text += source.slice(at, mark.at) + mark.text
    at = mark.at
  }
  return withImport(text + source.slice(at))
}

function closing(mark: { order: number }): number {
  return mark.order > 0 ? 0 : 1
}

function withImport(source: string): string {
  if (!source.includes('markedSql`')) return source
  return `import { sql as markedSql } from 'drizzle-orm'\n${source}`
}

const MARK = /\/\*<(\/?)(\d+)>\*\//g

/** The numbers of the guards in a statement. */
export function numbersIn(sql: string): number[] {
  return [...sql.matchAll(MARK)].map(([, , number]) => Number(number))
}

/** The statement without its marks, and without the guard of this number: every row would do there. */
export function unmarked(sql: string, without: number | null): string {
  return sql.replace(MARK, (_, slash: string, number: string) => {
    if (Number(number) !== without) return ''
    return slash === '' ? '(TRUE OR (' : '))'
  })
}
