import { env } from 'cloudflare:workers'
import { expect, test, vi } from 'vitest'
import { contentFile } from '../../src/domain/content-file.ts'
import { accepted, aConsumer, refused } from '../support/a-consumer.ts'
import { acceptedEmails, aJob, rowsOf } from '../support/accepted-emails.ts'
import { NOW } from '../support/an-api.ts'
import { databaseAway, databaseThatFails } from '../support/broken-database.ts'
import { limitedEnv } from '../support/limits.ts'

const MINUTE = 60_000

test('while D1 is away what was granted goes back: an outage spends no quota', async () => {
  const ids = await acceptedEmails(5)
  const consumer = aConsumer({ db: databaseAway() })
  const [delivered] = await consumer.run([aJob(ids)])
  expect(consumer.returned).toEqual([5])
  expect(delivered).toEqual({ acked: false, retriedAfter: 30 })
})

test.each([
  { when: 'before', told: { acked: false, retriedAfter: 30 }, calls: 0 },
  { when: 'after', told: { acked: true, retriedAfter: undefined }, calls: 1 },
] as const)(
  'a claim that failed $when it was committed is not taken for nothing to do',
  async (row) => {
    const ids = await acceptedEmails(1)
    const consumer = aConsumer({ db: databaseThatFails(row.when) })
    expect(await consumer.run([aJob(ids)])).toEqual([row.told])
    expect(consumer.calls).toHaveLength(row.calls)
  },
)

test('emails that cannot share their calls stay within the queries of an invocation', async () => {
  const ids = await acceptedEmails(300)
  await env.DB.prepare(`UPDATE contents SET reply_to = json_array(id || '@acme.dev')`).run()
  const consumer = aConsumer({ db: limitedEnv(env).DB })
  await consumer.run([0, 1, 2, 3, 4, 5].map((n) => aJob(ids.slice(n * 50, n * 50 + 50))))
  const calls = consumer.calls.length
  expect(calls).toBeGreaterThan(100)
  const states = new Set((await rowsOf(ids)).map(({ state }) => state))
  expect(states).toEqual(new Set(['sent', 'queued']))
  expect(consumer.accepted).toHaveLength(calls)
})

test('a content that cannot be read costs a try: what is gone does not go round for ever', async () => {
  const file = { html: null, html_file: 'contents/none/html' }
  const ids = await acceptedEmails(1, {}, file)
  const consumer = aConsumer()
  await consumer.run([aJob(ids)])
  const [email] = await rowsOf(ids)
  expect(email).toMatchObject({ state: 'queued', refusals: 1 })
  expect(email?.due_at).toBeGreaterThan(NOW + MINUTE / 3)
})

test('an email resent by hand after retention took its bodies does not go out empty', async () => {
  const ids = await acceptedEmails(1)
  await env.DB.prepare(`UPDATE contents SET html = NULL, text = NULL WHERE id = ?1`)
    .bind(ids[0])
    .run()
  const consumer = aConsumer()
  await consumer.run([aJob(ids)])
  expect(consumer.calls).toEqual([])
  expect(await rowsOf(ids)).toMatchObject([{ state: 'failed', reason: 'its content is gone' }])
})

test('a message is acked or retried once, whatever stops its neighbours', async () => {
  const [done, late] = [await acceptedEmails(1), await acceptedEmails(1)]
  const deferring = new Proxy(env.DB, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property)
      if (property !== 'prepare') return typeof member === 'function' ? member.bind(target) : member
      return (sql: string) => {
        if (sql.startsWith('UPDATE emails SET due_at')) throw new Error('D1 is away')
        return target.prepare(sql)
      }
    },
  })
  const consumer = aConsumer({ db: deferring })
  let asked = 0
  consumer.grant.with = () =>
    asked++ === 0 ? { granted: 1, waitMs: 0 } : { granted: 0, waitMs: 10 * MINUTE }
  const retried = { acked: false, retriedAfter: 30 }
  expect(await consumer.run([aJob(done), aJob(late)])).toEqual([retried, retried])
})

test('emails with large bodies are made and sent one after the other', async () => {
  const ids = await acceptedEmails(4, { priority: 'high' })
  for (const id of ids) {
    await env.FILES.put(contentFile(id, 'html'), 'x'.repeat(1_000_000))
    await env.DB.prepare(`UPDATE contents SET html = NULL, html_file = ?2 WHERE id = ?1`)
      .bind(id, contentFile(id, 'html'))
      .run()
  }
  const consumer = aConsumer()
  let open = 0
  let most = 0
  consumer.answer.with = async (request) => {
    open++
    most = Math.max(most, open)
    await new Promise((resolve) => setTimeout(resolve, 20))
    open--
    return accepted(request)
  }
  await consumer.run([aJob(ids, 'high')])
  expect(consumer.calls).toHaveLength(4)
  expect(most).toBe(1)
})

test.each([
  { status: 400, type: 'MessageRejected', message: 'Email address is not verified: ada@hid.dev' },
  {
    status: 403,
    type: 'AccessDeniedException',
    message: 'no ses:SendEmail on identity/ada@hid.dev',
  },
])('no log and no report repeats the address that SES quotes in $type', async (row) => {
  const logged: unknown[] = []
  const spies = (['info', 'warn', 'error'] as const).map((level) =>
    vi.spyOn(console, level).mockImplementation((...line) => void logged.push(line)),
  )
  const ids = await acceptedEmails(1)
  const consumer = aConsumer()
  consumer.answer.with = () => refused(row.status, row.type, row.message)
  await consumer.run([aJob(ids)])
  for (const spy of spies) spy.mockRestore()
  const told = JSON.stringify([logged, consumer.reports])
  expect(told).toContain(row.type)
  expect(told).not.toContain('ada@hid.dev')
  expect((await rowsOf(ids))[0]?.reason).toContain('ada@hid.dev')
})
