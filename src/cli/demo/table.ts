import type { Line } from './compare.ts'

const SHOWN_DIFFERENCES = 5
const NAME_WIDTH = 20
const COUNT_WIDTH = 10

/** A closing table, and under it the first differences if there are any. */
export function table(lines: Line[], [ours, theirs]: [string, string]): string {
  const rows = lines.map(({ name, database, ledger, differences }) =>
    row(
      name,
      database.toLocaleString('en'),
      ledger.toLocaleString('en'),
      differences.length === 0 ? 'agree' : `${differences.length} differ`,
    ),
  )
  const differing = lines.filter(({ differences }) => differences.length > 0)
  return [
    row('', ours, theirs, ''),
    ...rows,
    ...differing.flatMap(({ name, differences }) => [
      '',
      `${name}:`,
      ...differences.slice(0, SHOWN_DIFFERENCES).map((difference) => `  ${difference}`),
    ]),
  ].join('\n')
}

function row(name: string, database: string, ledger: string, verdict: string): string {
  return `${name.padEnd(NAME_WIDTH)}${database.padStart(COUNT_WIDTH)}${ledger.padStart(COUNT_WIDTH)}   ${verdict}`.trimEnd()
}
