import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { type Collected, collect } from './collected.ts'
import { numbersIn, unmarked } from './marks.ts'
import { GUARDS } from './names.ts'

const FILES = import.meta.glob<unknown>([
  '../{api,broadcasts,consumer,db,events,sweeper}/**/*.runtime.test.ts',
  // Plans, speed and sums of rows say nothing of what may be written.
  '!../**/{query-plan,rows-written,storm,walks}.runtime.test.ts',
])
const PATIENCE_MS = 10_000

interface Measured {
  test: Collected
  ms: number
  /** Guards in the statements that it prepared. */
  guards: Set<number>
}

let removed: number | null = null
let prepared = new Set<number>()
const database: object = Object.getPrototypeOf(env.DB)
const prepare: unknown = Reflect.get(database, 'prepare')
if (typeof prepare !== 'function') throw new Error('D1 prepares nothing')
Reflect.set(database, 'prepare', function (this: D1Database, sql: string): unknown {
  for (const number of numbersIn(sql)) prepared.add(number)
  return Reflect.apply(prepare, this, [unmarked(sql, removed)])
})

test('every guard of the statements is missed by a test when it is gone', async () => {
  const measured: Measured[] = []
  for (const [path, load] of Object.entries(FILES)) {
    for (const each of await collect(path.replace('../', 'test/'), load)) {
      await emptied()
      prepared = new Set()
      const began = performance.now()
      const failure = await failureOf(each)
      const ms = performance.now() - began
      if (failure === null) measured.push({ test: each, ms, guards: prepared })
      else tell('unfit', { file: each.file, test: each.name, failure })
    }
  }
  tell('tests', { tests: measured.length })
  for (const [number, { fails }] of GUARDS.entries()) {
    const covering = measured
      .filter(({ guards }) => guards.has(number))
      .toSorted(
        (a, b) => Number(b.test.name === fails) - Number(a.test.name === fails) || a.ms - b.ms,
      )
    tell('guard', { number, tests: covering.length, fails: await firstToFail(number, covering) })
  }
  expect(measured.length).toBeGreaterThan(300)
}, 3_600_000)

/** Without the guard; what it left is cleared away with it. */
async function firstToFail(
  number: number,
  covering: Measured[],
): Promise<{ file: string; test: string } | null> {
  for (const { test: each } of covering) {
    await emptied()
    removed = number
    const failure = await failureOf(each)
    removed = null
    if (failure !== null) return { file: each.file, test: each.name }
  }
  return null
}

async function failureOf(each: Collected): Promise<string | null> {
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error('it does not end')), PATIENCE_MS)
  })
  try {
    await Promise.race([each.run(), late])
    return null
  } catch (error) {
    return String(error)
  }
}

async function emptied(): Promise<void> {
  const tables = await env.DB.prepare(
    `SELECT name FROM sqlite_master WHERE type = 'table'
       AND name NOT LIKE '\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`,
  ).all<{ name: string }>()
  await env.DB.batch(tables.results.map(({ name }) => env.DB.prepare(`DELETE FROM ${name}`)))
  const { objects } = await env.FILES.list()
  if (objects.length > 0) await env.FILES.delete(objects.map(({ key }) => key))
}

/** A line that the runner reads. */
function tell(what: string, fields: Record<string, unknown>): void {
  console.log(`guards:${what} ${JSON.stringify(fields)}`)
}
