import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'

/** The tables of the migrations, without D1's own. */
const TABLES = `SELECT name, wr FROM pragma_table_list
WHERE type = 'table' AND schema = 'main'
  AND name NOT LIKE 'sqlite@_%' ESCAPE '@' AND name NOT LIKE '@_cf@_%' ESCAPE '@'`

/** An INTEGER PRIMARY KEY is the rowid itself, so the row is written once either way. */
const KEYED_BY_ROWID = `(SELECT count(*) = 1 AND min(upper(k.type)) = 'INTEGER'
  FROM pragma_table_info(t.name) k WHERE k.pk > 0)`

test('every table is WITHOUT ROWID or has an INTEGER PRIMARY KEY', async () => {
  const all = await env.DB.prepare(TABLES).all()
  expect(all.results).not.toEqual([])
  const twice = await env.DB.prepare(
    `SELECT name FROM (${TABLES}) t WHERE wr = 0 AND NOT ${KEYED_BY_ROWID}`,
  ).all()
  expect(twice.results).toEqual([])
})

test('a table that lost WITHOUT ROWID would be found', async () => {
  await env.DB.exec('CREATE TABLE lost (id TEXT PRIMARY KEY)')
  const twice = await env.DB.prepare(
    `SELECT name FROM (${TABLES}) t WHERE wr = 0 AND NOT ${KEYED_BY_ROWID}`,
  ).all()
  expect(twice.results).toEqual([{ name: 'lost' }])
  await env.DB.exec('DROP TABLE lost')
})

test('no table has a foreign key', async () => {
  const keys = await env.DB.prepare(
    `SELECT t.name, f."table" FROM (${TABLES}) t, pragma_foreign_key_list(t.name) f`,
  ).all()
  expect(keys.results).toEqual([])
})
