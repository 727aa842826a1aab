import type { Result } from './result.ts'

/** Rows of the crash table. */
const ROWS = Array.from({ length: 20 }, (_, n) => `row ${n + 1}`)

/** What a night came to, as Markdown: by scenario, and how often each row of the crash table was struck. */
export function nightTable(results: Result[]): string {
  const seeds = results.map(({ seed }) => seed)
  const groups = Map.groupBy(results, ({ scenario }) => scenario)
  const head = ['scenario', 'runs', ...Object.keys(SUMS), 'settled after, at most', 'broken']
  const rows = [...groups].map(([scenario, own]) => rowOf(scenario, own))
  return [
    `Seeds ${Math.min(...seeds)} to ${Math.max(...seeds)}: ${results.length} runs.`,
    '',
    ...[head, head.map(() => '---'), ...rows, rowOf('**all**', results)].map(cells),
    '',
    `Rows of the crash table, and how often each was struck: ${ROWS.map(
      (row) => `${row.replace('row ', '')}: ${struck(results, row)}`,
    ).join(', ')}.`,
  ].join('\n')
}

const SUMS: Record<string, (result: Result) => number> = {
  recipients: ({ recipients }) => recipients,
  kills: ({ kills }) => kills,
  accepted: ({ accepted }) => accepted,
  copies: ({ copies }) => copies,
  unknown: ({ unknown }) => unknown,
  'of these accepted': ({ unknownAccepted }) => unknownAccepted,
}

function rowOf(name: string, results: Result[]): string[] {
  const settled = Math.max(...results.map(({ settledSeconds }) => settledSeconds))
  const broken = results.filter(({ violations }) => violations.length > 0).length
  return [
    name,
    String(results.length),
    ...Object.values(SUMS).map((of) => String(results.reduce((sum, each) => sum + of(each), 0))),
    `${settled.toFixed(1)} s`,
    String(broken),
  ]
}

function cells(row: string[]): string {
  return `| ${row.join(' | ')} |`
}

function struck(results: Result[], row: string): number {
  return results.reduce((sum, { points }) => sum + (points[row] ?? 0), 0)
}

/** A sentence for each thing that makes it no good night. */
export function wrongOfNight(results: Result[], hits: number): string[] {
  const broken = results.flatMap(({ scenario, seed, violations }) =>
    violations.map((violation) => `${scenario}, seed ${seed}: ${violation}`),
  )
  const seldom = ROWS.filter((row) => struck(results, row) < hits).map(
    (row) =>
      `${row} of the crash table was struck ${struck(results, row)} times, less than ${hits}`,
  )
  return [...broken, ...seldom]
}
