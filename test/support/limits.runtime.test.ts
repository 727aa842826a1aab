import { env } from 'cloudflare:workers'
import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { expect, test, vi } from 'vitest'
import { Invocation, LimitError, takeBreaches } from './invocation.ts'
import { limitedEnv, limitedFetch, underLimits } from './limits.ts'
import { rowsWritten } from './rows-written.ts'

const words = sqliteTable('words', { id: text().primaryKey(), word: text().notNull() })
const INSERT = 'INSERT INTO words (id, word) VALUES (?1, ?2)'

async function aTable(): Promise<void> {
  await env.DB.exec('DROP TABLE IF EXISTS words')
  await env.DB.exec('CREATE TABLE words (id TEXT PRIMARY KEY, word TEXT NOT NULL) WITHOUT ROWID')
}

/** The sentence it was refused with, which names binding and limit and stands among the breaches too. */
async function refusalOf(act: Promise<unknown>): Promise<string> {
  const refusal = await act.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (!(refusal instanceof LimitError)) return `no refusal: ${String(refusal)}`
  return takeBreaches().includes(refusal.message) ? refusal.message : 'no breach'
}

/** Long after the test: nobody is to read these jobs. */
const later = { delaySeconds: 3_600 }
/** A JSON string has two quotes around it. */
const sized = (bytes: number) => 'a'.repeat(bytes - 2)
const job = { version: 1 as const, emails: [] }

test('an invocation may ask 1,000 queries and no more, each statement of a batch counted', async () => {
  const { DB } = limitedEnv(env)
  const statements = Array.from({ length: 999 }, () => DB.prepare('SELECT 1'))
  await DB.batch(statements)
  await DB.prepare('SELECT 1').run()
  expect(await refusalOf(DB.prepare('SELECT 1').run())).toBe('DB: more than 1000 queries')
})

test('a value of more than 1.9 MB is neither bound nor read, in bytes', async () => {
  await aTable()
  const { DB } = limitedEnv(env)
  const sentence = 'DB: a value of more than 1900000 bytes'
  await DB.prepare(INSERT).bind('fits', 'a'.repeat(1_900_000)).run()
  expect(await refusalOf(DB.prepare(INSERT).bind('x', 'é'.repeat(950_001)).run())).toBe(sentence)
  expect(await refusalOf(DB.prepare(INSERT).bind('x', new Uint8Array(1_900_001)).run())).toBe(
    sentence,
  )
  expect(await refusalOf(DB.prepare(`SELECT word || 'b' AS w FROM words`).first())).toBe(sentence)
  expect(await refusalOf(DB.prepare(`SELECT word || 'b' AS w FROM words`).raw())).toBe(sentence)
})

test('a statement has at most 100 parameters and 100,000 bytes of text, in a batch as well', async () => {
  const { DB } = limitedEnv(env)
  const ask = (count: number) =>
    DB.prepare(`SELECT ${'?,'.repeat(count - 1)}?`).bind(...Array<number>(count).fill(1))
  await ask(100).run()
  expect(await refusalOf(ask(101).run())).toBe('DB: more than 100 bound parameters')
  expect(await refusalOf(DB.batch([ask(1), ask(101)]))).toBe('DB: more than 100 bound parameters')
  const long = `SELECT '${'a'.repeat(100_000)}'`
  expect(await refusalOf(DB.prepare(long).run())).toBe('DB: SQL text of more than 100000 bytes')
  expect(await refusalOf(DB.exec(long))).toBe('DB: SQL text of more than 100000 bytes')
})

test('D1 answers six queries at once', async () => {
  const { DB } = limitedEnv(env)
  const ask = () => DB.prepare('SELECT 1').run()
  await Promise.all([ask(), ask(), ask(), ask(), ask(), ask()])
  const seven = Promise.all([ask(), ask(), ask(), ask(), ask(), ask(), ask()])
  expect(await refusalOf(seven)).toBe('DB: more than 6 open D1 connections')
})

test('fetch, R2 and queues share six open calls, which D1 has no part in', async () => {
  const used = new Invocation()
  const { DB, FILES, EVENTS } = limitedEnv(env, used)
  const answered = Promise.withResolvers<void>()
  const fetch = limitedFetch(async () => {
    await answered.promise
    return new Response()
  }, used)
  const open = [1, 2, 3, 4, 5, 6].map((n) => fetch(`https://example.com/${n}`))
  const limit = 'more than 6 open calls (fetch, R2 and queues together)'
  expect(await refusalOf(fetch('https://example.com/7'))).toBe(`fetch: ${limit}`)
  expect(await refusalOf(FILES.get('a'))).toBe(`FILES: ${limit}`)
  expect(await refusalOf(EVENTS.send(job))).toBe(`EVENTS: ${limit}`)
  await DB.prepare('SELECT 1').run()
  answered.resolve()
  await Promise.all(open)
  expect(await FILES.get('a')).toBe(null)
})

test('a job has at most 128,000 bytes, a batch 100 jobs and 256,000 bytes', async () => {
  const { EVENTS } = limitedEnv(env)
  await EVENTS.send(sized(128_000), later)
  expect(await refusalOf(EVENTS.send(sized(128_001)))).toBe(
    'EVENTS: a job of more than 128000 bytes',
  )
  const batch = (count: number, bytes: number) =>
    EVENTS.sendBatch(
      Array.from({ length: count }, () => ({ body: sized(bytes) })),
      later,
    )
  await batch(100, 2_560)
  expect(await refusalOf(batch(101, 10))).toBe('EVENTS: more than 100 jobs a batch')
  expect(await refusalOf(batch(100, 2_561))).toBe('EVENTS: jobs of more than 256000 bytes a batch')
  expect(await refusalOf(batch(1, 128_001))).toBe('EVENTS: a job of more than 128000 bytes')
})

test('a job waits at most twelve hours', async () => {
  const { EVENTS } = limitedEnv(env)
  const sentence = 'EVENTS: delaySeconds not between 0 and 43200'
  await EVENTS.send(job, { delaySeconds: 43_200 })
  expect(await refusalOf(EVENTS.send(job, { delaySeconds: 43_201 }))).toBe(sentence)
  expect(await refusalOf(EVENTS.sendBatch([{ body: job }], { delaySeconds: 43_201 }))).toBe(
    sentence,
  )
  expect(await refusalOf(EVENTS.sendBatch([{ body: job, delaySeconds: 43_201 }]))).toBe(sentence)
})

test('wrapped D1 answers as D1 does', async () => {
  await aTable()
  const { DB } = limitedEnv(env)
  const insert = DB.prepare(INSERT)
  await DB.batch([insert.bind('a', 'one'), insert.bind('b', 'two')])
  const select = DB.prepare('SELECT id, word FROM words ORDER BY id')
  expect((await select.all()).results).toEqual([
    { id: 'a', word: 'one' },
    { id: 'b', word: 'two' },
  ])
  expect(await select.first()).toEqual({ id: 'a', word: 'one' })
  expect(await select.first('word')).toBe('one')
  expect(await DB.prepare('SELECT id FROM words WHERE 0').first('id')).toBe(null)
  await expect(select.first('none')).rejects.toThrow('D1_COLUMN_NOTFOUND')
  expect(await select.raw()).toEqual([
    ['a', 'one'],
    ['b', 'two'],
  ])
  expect(await select.raw({ columnNames: true })).toEqual([
    ['id', 'word'],
    ['a', 'one'],
    ['b', 'two'],
  ])
  expect((await DB.exec(`DELETE FROM words WHERE id = 'a'`)).count).toBe(1)
  const session = DB.withSession('first-primary')
  const [read] = await session.batch([session.prepare('SELECT count(*) AS n FROM words')])
  expect(read?.results).toEqual([{ n: 1 }])
  expect(session.getBookmark()).not.toBe(null)
})

test('drizzle works on the wrapped binding, in batches too', async () => {
  await aTable()
  const db = drizzle(limitedEnv(env).DB)
  await db.insert(words).values({ id: 'a', word: 'one' })
  const [inserted, all] = await db.batch([
    db.insert(words).values({ id: 'b', word: 'two' }).returning(),
    db.select().from(words).orderBy(words.id),
  ])
  expect(inserted).toEqual([{ id: 'b', word: 'two' }])
  expect(all).toHaveLength(2)
  expect(await db.get(sql`SELECT count(*) AS n FROM words`)).toEqual({ n: 2 })
  expect(
    await db
      .select()
      .from(words)
      .where(sql`id = 'a'`),
  ).toEqual([{ id: 'a', word: 'one' }])
})

test('rows written are added up by statement', async () => {
  await aTable()
  const used = new Invocation()
  const { DB } = limitedEnv(env, used)
  const before = rowsWritten().get(INSERT)?.written ?? 0
  await DB.batch([DB.prepare(INSERT).bind('a', 'one'), DB.prepare(INSERT).bind('b', 'two')])
  await DB.prepare(INSERT).bind('c', 'three').run()
  expect(used.rows.bySql.get(INSERT)).toMatchObject({ runs: 3, written: 3, read: 0 })
  expect(rowsWritten().get(INSERT)?.written).toBe(before + 3)
})

const request = () => new Request<unknown, IncomingRequestCfProperties>('https://worker.test')

test('invocations are counted apart, with what they leave to waitUntil', async () => {
  let asked: Promise<unknown> = Promise.resolve()
  const worker = underLimits<typeof env, unknown>({
    async fetch(_request, limited, ctx) {
      await limited.DB.batch(Array.from({ length: 600 }, () => limited.DB.prepare('SELECT 1')))
      asked = limited.DB.batch(Array.from({ length: 401 }, () => limited.DB.prepare('SELECT 1')))
      ctx.waitUntil(asked.catch(() => {}))
      return new Response('done')
    },
    async queue(_batch, limited) {
      await limited.DB.batch(Array.from({ length: 1_000 }, () => limited.DB.prepare('SELECT 1')))
    },
  })
  const ctx = createExecutionContext()
  const answer = await worker.fetch?.(request(), env, ctx)
  expect(await answer?.text()).toBe('done')
  expect(await refusalOf(asked)).toBe('DB: more than 1000 queries')
  await waitOnExecutionContext(ctx)
  expect(worker.queue).toBeDefined()
  expect(worker.scheduled).toBeUndefined()
})

test('global fetch is held to six open calls in each invocation, whoever stubs it', async () => {
  let open = 0
  const stub = vi.spyOn(globalThis, 'fetch').mockImplementation(async () => {
    open += 1
    await scheduler.wait(20)
    return new Response()
  })
  const worker = underLimits<typeof env, unknown>({
    async fetch(incoming) {
      const calls = Number(new URL(incoming.url).searchParams.get('calls'))
      await Promise.all(Array.from({ length: calls }, () => fetch('https://example.com')))
      return new Response('done')
    },
  })
  const call = async (calls: number) =>
    await worker.fetch?.(
      new Request(`https://worker.test/?calls=${calls}`),
      env,
      createExecutionContext(),
    )
  try {
    await Promise.all([call(6), call(6)])
    expect(open).toBe(12)
    const limit = 'fetch: more than 6 open calls (fetch, R2 and queues together)'
    expect(await refusalOf(call(7))).toBe(limit)
  } finally {
    stub.mockRestore()
  }
})

test('what is no D1, queue or bucket stays as it is, and the env is made once', async () => {
  const seen: unknown[] = []
  const worker = underLimits<typeof env, unknown>({
    fetch(_request, limited) {
      seen.push(limited)
      expect(limited.GOVERNOR).toBe(env.GOVERNOR)
      expect(limited.ENVIRONMENT).toBe(env.ENVIRONMENT)
      return new Response()
    },
  })
  await worker.fetch?.(request(), env, createExecutionContext())
  await worker.fetch?.(request(), env, createExecutionContext())
  expect(seen[0]).toBe(seen[1])
})
