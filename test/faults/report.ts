import type { Result } from './result.ts'

const COLUMNS: [string, number, (result: Result) => string | number][] = [
  ['scenario', 10, ({ scenario }) => scenario],
  ['seed', 6, ({ seed }) => seed],
  ['recipients', 11, ({ recipients }) => recipients],
  ['kills', 6, ({ kills }) => kills],
  ['accepted', 9, ({ accepted }) => accepted],
  ['copies', 7, ({ copies }) => copies],
  ['unknown', 8, ({ unknown }) => unknown],
  ['settled', 8, ({ settledSeconds }) => `${settledSeconds.toFixed(1)} s`],
  ['took', 8, ({ seconds }) => `${seconds.toFixed(1)} s`],
]

export function head(): string {
  return row(COLUMNS.map(([name]) => name))
}

/** A line of the table, and under it what is wrong. */
export function line(result: Result): string {
  const verdict = result.violations.length === 0 ? 'holds' : 'BROKEN'
  return [
    `${row(COLUMNS.map(([, , cell]) => cell(result)))}  ${verdict}  ${result.says}`,
    ...result.violations.map((violation) => `    ${violation}`),
  ].join('\n')
}

function row(cells: (string | number)[]): string {
  return COLUMNS.map(([, width], n) => String(cells[n]).padStart(width)).join('')
}

/** All of a run for another program: one line. */
export function json(results: Result[], seed: number): string {
  const violations = results.flatMap((result) => result.violations)
  return JSON.stringify({ seed, scenarios: results.length, violations: violations.length, results })
}
