import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { notice } from '../../../src/db/notice.ts'
import { createWebhook } from '../../../src/db/webhooks/change-webhooks.ts'
import { forgetSent } from '../../../src/db/webhooks/forget-sent.ts'
import { feedEnds } from '../../../src/db/webhooks/read-feed.ts'
import { NOW } from '../../support/an-api.ts'

const { DB } = env
const DAY = 24 * 60 * 60 * 1000

async function told(at: number): Promise<number> {
  await notice(DB, { type: 'contact.created', at, data: {} }).run()
  return (await feedEnds(DB)).newest
}

test('the log forgets what is old, not what was sent again lately nor what is to be sent', async () => {
  const id = crypto.randomUUID()
  const made = { id, endpoint: 'https://a.dev/', events: null, secret: 's', now: NOW }
  expect(await createWebhook(DB, made, 1000)).toBe(true)
  const [old, late] = [await told(NOW - 31 * DAY), await told(NOW)]
  const attempt = (feed: number, number: number, at: number) =>
    DB.prepare(
      `INSERT INTO webhook_attempts (webhook_id, feed, feed_at, key, part, number, type, sent_at, status)
       VALUES (?1, ?2, 0, 0, 0, ?3, 't', ?4, 200)`,
    ).bind(id, feed, number, at)
  const retry = (feed: number, key: number, due: number | null) =>
    DB.prepare(
      `INSERT INTO webhook_retries (webhook_id, feed, feed_at, key, part, type, due_at, created_at)
       VALUES (?1, ?2, 0, ?3, 0, 't', ?4, ?5)`,
    ).bind(id, feed, key, due, NOW - 31 * DAY)
  await DB.batch([
    attempt(old, 1, NOW - 31 * DAY),
    attempt(old, 2, NOW - DAY),
    attempt(late, 1, NOW),
    retry(old, 0, null),
    retry(old, 1, NOW),
    retry(late, 0, null),
  ])
  const kept = async () => {
    const attempts = 'SELECT feed, number FROM webhook_attempts WHERE webhook_id = ?1 ORDER BY 1, 2'
    const retries = 'SELECT feed, key FROM webhook_retries WHERE webhook_id = ?1 ORDER BY 1, 2'
    const rows = await DB.batch([attempts, retries].map((sql) => DB.prepare(sql).bind(id)))
    return rows.map(({ results }) => results)
  }
  await forgetSent(DB, { before: NOW - 30 * DAY, limit: 0 })
  expect((await kept()).map((rows) => rows.length)).toEqual([3, 3])
  await forgetSent(DB, { before: NOW - 30 * DAY, limit: 100 })
  expect(await kept()).toEqual([
    [
      { feed: old, number: 2 },
      { feed: late, number: 1 },
    ],
    [
      { feed: old, key: 1 },
      { feed: late, key: 0 },
    ],
  ])
})
