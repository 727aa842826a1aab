import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const root = new URL('..', import.meta.url).pathname
const migrations = join(root, 'migrations')

const isSql = (name: string) => name.endsWith('.sql')

/** drizzle-kit rebuilds a table without WITHOUT ROWID, and on D1 its rows do not all survive that. */
const rebuildsATable = /__new_|\bDROP\s+TABLE\b/i

test('no migration rebuilds or drops a table', async () => {
  const names = (await readdir(migrations)).filter(isSql)
  expect(names).not.toEqual([])
  for (const name of names) {
    expect.soft(await readFile(join(migrations, name), 'utf8'), name).not.toMatch(rebuildsATable)
  }
})

test.for(['CREATE TABLE `__new_emails` (`id` text)', 'DROP TABLE `emails`;', 'drop  table emails'])(
  '%s would be found',
  (sql) => {
    expect(sql).toMatch(rebuildsATable)
  },
)

test('the schema says nothing that the migrations do not', async () => {
  // drizzle-kit takes only a relative folder.
  const scratch = join(root, '.aerogram')
  await mkdir(scratch, { recursive: true })
  const copy = await mkdtemp(join(scratch, 'migrations-'))
  try {
    await cp(migrations, copy, { recursive: true })
    const before = await readdir(copy)
    const out = copy.slice(root.length)
    const { stdout } = await promisify(execFile)(
      join(root, 'node_modules/.bin/drizzle-kit'),
      ['generate', '--dialect=sqlite', '--schema=./src/db/**/schema.ts', `--out=./${out}`],
      { cwd: root, timeout: 20_000 },
    )
    expect(stdout).toContain('No schema changes')
    expect(await readdir(copy)).toEqual(before)
  } finally {
    await rm(copy, { recursive: true })
  }
})
