export interface RowsOfStatement {
  runs: number
  written: number
  read: number
  /** Milliseconds in SQLite. */
  ms: number
}

/** What D1 bills, by the text of the statement. */
export class Rows {
  readonly bySql = new Map<string, RowsOfStatement>()

  add(sql: string, meta: D1Meta): void {
    const before = this.bySql.get(sql) ?? { runs: 0, written: 0, read: 0, ms: 0 }
    this.bySql.set(sql, {
      runs: before.runs + 1,
      written: before.written + meta.rows_written,
      read: before.read + meta.rows_read,
      ms: before.ms + meta.duration,
    })
  }
}

export const total = new Rows()

/**
 * Rows of this isolate since it started, by statement. D1 gives no meta for `exec` and `raw`
 * (which drizzle's query builder reads by), so those are not in it.
 */
export function rowsWritten(): ReadonlyMap<string, RowsOfStatement> {
  return total.bySql
}
