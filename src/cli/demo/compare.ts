export const LINES = [
  'asked for',
  'accepted',
  'sent',
  'delivered',
  'bounced',
  'bounced for now',
  'complained',
  'suppressed by SES',
  'suppressed by us',
  'opened',
  'events',
] as const

/** What one side knows: ids of emails, or `id address` where it is about somebody. */
export type Side = Record<(typeof LINES)[number], Set<string>>

export interface Line {
  name: string
  database: number
  ledger: number
  /** What only one side knows, said so. */
  differences: string[]
}

/** Name by name: equal counts of different things are a difference. */
export function compare(database: Side, ledger: Side): Line[] {
  return LINES.map((name) => lineOf(name, database[name], ledger[name]))
}

export function lineOf(name: string, database: Set<string>, ledger: Set<string>): Line {
  return {
    name,
    database: database.size,
    ledger: ledger.size,
    differences: [
      ...[...database.difference(ledger)].map((what) => `only in the database: ${what}`),
      ...[...ledger.difference(database)].map((what) => `only in the ledger: ${what}`),
    ],
  }
}

/** Names that may repeat, each repetition as one of its own. */
export function numbered(names: string[]): Set<string> {
  const seen = new Map<string, number>()
  return new Set(
    names.map((name) => {
      const times = (seen.get(name) ?? 0) + 1
      seen.set(name, times)
      return times === 1 ? name : `${name} (${times})`
    }),
  )
}
