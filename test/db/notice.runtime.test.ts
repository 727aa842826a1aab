import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { notice, noticeOfChange } from '../../src/db/notice.ts'

const AT = Date.parse('2026-11-24T10:00:00Z')
const added = { type: 'suppression.added', at: AT, data: { email: 'ada@example.com' } } as const

test('a notice stands in the order of arrival with its type and data', async () => {
  await notice(env.DB, added).run()
  const row = await env.DB.prepare('SELECT at, keys, notice FROM feed ORDER BY id DESC').first()
  expect(row).toEqual({
    at: AT,
    keys: '[]',
    notice: '{"type":"suppression.added","data":{"email":"ada@example.com"}}',
  })
})

function suppress(): D1PreparedStatement {
  return env.DB.prepare(
    `INSERT INTO suppressions (address, origin, created_at) VALUES ('bob@example.com', 'manual', ?1)
     ON CONFLICT DO NOTHING`,
  ).bind(AT)
}

test('a change that changed nothing gives no notice, and one that did gives one', async () => {
  for (let time = 0; time < 2; time += 1) {
    await env.DB.batch([suppress(), noticeOfChange(env.DB, added)])
  }
  const count = await env.DB.prepare(
    `SELECT count(*) AS n FROM feed WHERE notice IS NOT NULL`,
  ).first('n')
  expect(count).toBe(2)
})
