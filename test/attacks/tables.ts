import { env } from 'cloudflare:workers'

export interface Tables {
  /** Whether any row of any table is another than at the start. */
  changed(): Promise<boolean>
  /** Every row as at the start, and no other. */
  restore(): Promise<void>
}

interface Table {
  name: string
  columns: string[]
}

/** The database as it is now, to be compared with and to be put back. */
export async function rememberedTables(): Promise<Tables> {
  const tables = await tablesOf()
  const digest = `SELECT ${tables.map(digestOf).join(', ')}`
  const look = async () => JSON.stringify(await env.DB.prepare(digest).first())
  const begin = await look()
  const inserts = await Promise.all(tables.map(insertOf))
  return {
    changed: async () => (await look()) !== begin,
    async restore() {
      const deletes = tables.map(({ name }) => env.DB.prepare(`DELETE FROM ${name}`))
      await env.DB.batch([...deletes, ...inserts])
    },
  }
}

/** All but the platform's own; generated columns follow from the others. */
async function tablesOf(): Promise<Table[]> {
  const names = await env.DB.prepare(
    `SELECT name FROM sqlite_master
     WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
     ORDER BY name`,
  ).all<{ name: string }>()
  return await Promise.all(
    names.results.map(async ({ name }) => {
      const columns = await env.DB.prepare(
        'SELECT name FROM pragma_table_xinfo(?1) WHERE hidden = 0',
      )
        .bind(name)
        .all<{ name: string }>()
      return { name, columns: columns.results.map((column) => column.name) }
    }),
  )
}

function digestOf({ name, columns }: Table): string {
  const row = `json_array(${columns.map((column) => `quote(${column})`).join(', ')})`
  return `(SELECT group_concat(${row}) FROM ${name}) AS ${name}`
}

/** One statement, whatever they are: texts, numbers and NULL, as JSON has them. */
async function insertOf({ name, columns }: Table): Promise<D1PreparedStatement> {
  const { results } = await env.DB.prepare(`SELECT ${columns.join(', ')} FROM ${name}`).all()
  const values = columns.map((column) => `value ->> '$.${column}'`).join(', ')
  return env.DB.prepare(
    `INSERT INTO ${name} (${columns.join(', ')}) SELECT ${values} FROM json_each(?1)`,
  ).bind(JSON.stringify(results))
}
