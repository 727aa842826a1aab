import { reach } from './points.ts'

/** What a statement is for, told by its text; the first that fits names the whole batch. */
const KINDS: [string, RegExp][] = [
  ['accept', /^INSERT INTO contents/],
  ['upload', /^INSERT INTO emails \(id, broadcast_id/],
  ['claim', /^UPDATE emails SET\s+attempt_number = attempt_number \+ 1/],
  ['mark', /^INSERT INTO calls/],
  ['outcome', /json_each\(\?1\)\) o\b/],
  ['record', /^INSERT INTO events \([^)]*recipient/],
  ['release', /^UPDATE ranges SET state = 'released'/],
]

/** The same database, where the driver may step in before each query and after its commit. */
export function breakableDatabase(database: D1Database): D1Database {
  return {
    prepare: (sql) => new BreakableStatement(database.prepare(sql), sql, []),
    async batch<T>(statements: D1PreparedStatement[]) {
      const mine = statements.map((statement) => {
        if (statement instanceof BreakableStatement) return statement
        throw new TypeError('a batch holds a statement of another binding')
      })
      return await around(
        mine.map(({ sql }) => sql),
        mine[0]?.values ?? [],
        () => database.batch<T>(mine.map(({ native }) => native)),
      )
    },
    exec: (sql) => around([sql], [], () => database.exec(sql)),
    withSession: (constraint) => database.withSession(constraint),
    dump: () => database.dump(),
  }
}

async function around<T>(sql: string[], values: unknown[], query: () => Promise<T>): Promise<T> {
  const kind = kindOf(sql)
  await reach('db', 'before')
  await reach(kind, 'before', values)
  const result = await query()
  await reach(kind, 'after', values)
  await reach('db', 'after')
  return result
}

class BreakableStatement implements D1PreparedStatement {
  readonly native: D1PreparedStatement
  readonly sql: string
  readonly values: unknown[]

  constructor(native: D1PreparedStatement, sql: string, values: unknown[]) {
    this.native = native
    this.sql = sql
    this.values = values
  }

  bind(...values: unknown[]): BreakableStatement {
    return new BreakableStatement(this.native.bind(...values), this.sql, values)
  }

  async all<T = Record<string, unknown>>(): Promise<D1Result<T>> {
    return await this.#ask(() => this.native.all<T>())
  }

  async run<T = Record<string, unknown>>(): Promise<D1Result<T>> {
    return await this.#ask(() => this.native.run<T>())
  }

  async first<T>(column?: string): Promise<T | null> {
    return await this.#ask(() =>
      column === undefined ? this.native.first<T>() : this.native.first<T>(column),
    )
  }

  raw<T = unknown[]>(options: { columnNames: true }): Promise<[string[], ...T[]]>
  raw<T = unknown[]>(options?: { columnNames?: false }): Promise<T[]>
  async raw<T>(options?: { columnNames?: boolean }): Promise<T[] | [string[], ...T[]]> {
    return await this.#ask<T[] | [string[], ...T[]]>(() =>
      options?.columnNames === true
        ? this.native.raw<T>({ columnNames: true })
        : this.native.raw<T>(),
    )
  }

  async #ask<T>(query: () => Promise<T>): Promise<T> {
    return await around([this.sql], this.values, query)
  }
}

function kindOf(sql: string[]): string {
  const known = KINDS.find(([, text]) => sql.some((statement) => text.test(statement.trim())))
  return known?.[0] ?? 'other query'
}
