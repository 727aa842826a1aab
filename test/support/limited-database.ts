import { type Invocation, refuse } from './invocation.ts'

/** D1's own limit is 2,000,000 bytes a string, blob or row; the rest is for the row around the value. */
const MAX_VALUE_BYTES = 1_900_000
const MAX_PARAMETERS = 100
const MAX_SQL_BYTES = 100_000

/** The binding of that name, its statements held against production's limits and counted. */
export function limitedDatabase(
  database: D1Database,
  name: string,
  current: () => Invocation,
): D1Database {
  const scope = { name, current }
  return {
    prepare: (sql) => new LimitedStatement(database.prepare(sql), sql, scope),
    batch: (statements) => limitedBatch(database, statements, scope),
    // Each line is a query of its own, as in D1.
    async exec(sql) {
      checkSql(name, sql)
      const lines = sql.trim().split('\n').length
      return await current().query(name, lines, () => database.exec(sql))
    },
    withSession(constraint) {
      const session = database.withSession(constraint)
      return {
        prepare: (sql) => new LimitedStatement(session.prepare(sql), sql, scope),
        batch: (statements) => limitedBatch(session, statements, scope),
        getBookmark: () => session.getBookmark(),
      }
    },
    dump: () => database.dump(),
  }
}

interface Scope {
  name: string
  current: () => Invocation
}

class LimitedStatement implements D1PreparedStatement {
  readonly native: D1PreparedStatement
  readonly sql: string
  readonly #values: unknown[]
  readonly #scope: Scope

  constructor(native: D1PreparedStatement, sql: string, scope: Scope, values: unknown[] = []) {
    this.native = native
    this.sql = sql
    this.#scope = scope
    this.#values = values
  }

  bind(...values: unknown[]): LimitedStatement {
    return new LimitedStatement(this.native.bind(...values), this.sql, this.#scope, values)
  }

  async all<T = Record<string, unknown>>(): Promise<D1Result<T>> {
    return await this.#ask(() => this.native.all<T>())
  }

  async run<T = Record<string, unknown>>(): Promise<D1Result<T>> {
    return await this.#ask(() => this.native.run<T>())
  }

  /** Through `all`, which alone tells the rows written. */
  async first<T>(column?: string): Promise<T | null> {
    if (column === undefined) {
      const { results } = await this.all<T>()
      return results[0] ?? null
    }
    const { results } = await this.all<Record<string, T>>()
    const row = results[0]
    if (row === undefined) return null
    const value = row[column]
    if (value === undefined) throw new Error(`D1_COLUMN_NOTFOUND: Column not found (${column})`)
    return value
  }

  raw<T = unknown[]>(options: { columnNames: true }): Promise<[string[], ...T[]]>
  raw<T = unknown[]>(options?: { columnNames?: false }): Promise<T[]>
  async raw<T>(options?: { columnNames?: boolean }): Promise<T[] | [string[], ...T[]]> {
    this.check()
    const { name, current } = this.#scope
    const rows = await current().query<T[] | [string[], ...T[]]>(name, 1, () =>
      options?.columnNames === true
        ? this.native.raw<T>({ columnNames: true })
        : this.native.raw<T>(),
    )
    for (const row of rows) checkRow(name, row)
    return rows
  }

  /** At execution, as in production. */
  check(): void {
    const { name } = this.#scope
    checkSql(name, this.sql)
    if (this.#values.length > MAX_PARAMETERS) {
      refuse(name, `more than ${MAX_PARAMETERS} bound parameters`)
    }
    for (const value of this.#values) checkValue(name, value)
  }

  async #ask<T>(ask: () => Promise<D1Result<T>>): Promise<D1Result<T>> {
    this.check()
    const { name, current } = this.#scope
    const used = current()
    const result = await used.query(name, 1, ask)
    used.count(this.sql, result.meta)
    for (const row of result.results) checkRow(name, row)
    return result
  }
}

async function limitedBatch<T>(
  database: Pick<D1Database, 'batch'>,
  statements: D1PreparedStatement[],
  scope: Scope,
): Promise<D1Result<T>[]> {
  const limited = statements.map((statement) => {
    if (statement instanceof LimitedStatement) return statement
    throw new TypeError(`${scope.name}: a batch holds a statement of another binding`)
  })
  for (const statement of limited) statement.check()
  const used = scope.current()
  const results = await used.query(scope.name, limited.length, () =>
    database.batch<T>(limited.map((statement) => statement.native)),
  )
  for (const [index, result] of results.entries()) {
    const statement = limited[index]
    if (statement !== undefined) used.count(statement.sql, result.meta)
    for (const row of result.results) checkRow(scope.name, row)
  }
  return results
}

function checkSql(name: string, sql: string): void {
  if (byteLength(sql) > MAX_SQL_BYTES) refuse(name, `SQL text of more than ${MAX_SQL_BYTES} bytes`)
}

function checkRow(name: string, row: unknown): void {
  if (typeof row !== 'object' || row === null) return
  for (const value of Object.values(row)) checkValue(name, value)
}

function checkValue(name: string, value: unknown): void {
  if (byteLength(value) > MAX_VALUE_BYTES) {
    refuse(name, `a value of more than ${MAX_VALUE_BYTES} bytes`)
  }
}

/** Blobs come back as arrays of numbers. Short strings are not measured: no character takes more than three bytes. */
function byteLength(value: unknown): number {
  if (typeof value === 'string') {
    return value.length * 3 <= MAX_VALUE_BYTES ? value.length : Buffer.byteLength(value)
  }
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return value.byteLength
  return Array.isArray(value) ? value.length : 0
}
