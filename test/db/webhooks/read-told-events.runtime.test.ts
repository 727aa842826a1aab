import { env } from 'cloudflare:workers'
import { beforeEach, expect, test } from 'vitest'
import { unsubscribe } from '../../../src/db/unsubscribe.ts'
import { feedBefore, feedEnds, readFeed, readFeedRow } from '../../../src/db/webhooks/read-feed.ts'
import { readToldEvents } from '../../../src/db/webhooks/read-told-events.ts'
import { notice } from '../../../src/db/notice.ts'
import { webhookEvents } from '../../../src/domain/webhook-body.ts'
import { displayedHeader } from '../../../src/http/mailbox.ts'
import { acceptedEmails } from '../../support/accepted-emails.ts'
import { aMailEvent, NOW } from '../../support/lifecycle.ts'
import { claimed, told } from '../../support/record.ts'
import { addressOf, anEmailRow, anEmailToSeveral, aSuppression, clear } from '../../support/rows.ts'

beforeEach(clear)

async function aContent(id: string): Promise<void> {
  await env.DB.prepare(
    `INSERT INTO contents (id, last_email_id, sender, subject, headers, tags)
     VALUES (?1, ?1, '=?utf-8?b?QWNtw6k=?= <a@example.com>', 'Hi', '[{"name":"X-Tags","value":"[1]"}]', '[{"name":"kind","value":"reset"}]')`,
  )
    .bind(id)
    .run()
}

async function allTold() {
  const rows = await readFeed(env.DB, 0, 1000)
  const events = await readToldEvents(env.DB, rows)
  const wording = { region: 'eu-west-1', displayed: displayedHeader }
  return rows.flatMap((row) => webhookEvents(row, events, wording)).map(({ body }) => body)
}

test('what happened to an email is told with what the email says of itself', async () => {
  const { id } = await anEmailRow({ due_at: NOW - 1 })
  await aContent(id)
  const [attempt = ''] = await claimed([id])
  await told([aMailEvent({ attempt }), aMailEvent({ attempt, type: 'delivery' })])
  const [delivered, sent, ...more] = await allTold()
  expect(more).toEqual([])
  expect(sent?.type).toBe('email.sent')
  expect(delivered?.type).toBe('email.delivered')
  expect(delivered?.data).toMatchObject({
    email_id: id,
    from: 'Acmé <a@example.com>',
    to: [addressOf(id)],
    subject: 'Hi',
    tags: { kind: 'reset' },
    headers: [{ name: 'X-Tags', value: '[1]' }],
    message_id: '<0102019ab2c3-000000@eu-west-1.amazonses.com>',
  })
})

test('an email that was sent twice is told to be sent once', async () => {
  const { id } = await anEmailRow({ due_at: NOW - 1 })
  const [attempt = ''] = await claimed([id])
  await told([aMailEvent({ attempt })])
  await told([aMailEvent({ attempt: attempt.replace('_1_', '_2_') })])
  expect((await allTold()).map(({ type }) => type)).toEqual(['email.sent'])
})

test('who was left out of an email to several is told beside the others', async () => {
  await aSuppression('b@example.net', 'complaint')
  const { id } = await anEmailToSeveral(
    [
      { address: 'a@example.net' },
      { address: 'b@example.net' },
      { address: 'c@example.net', kind: 'cc' },
    ],
    { due_at: NOW - 1 },
  )
  const [attempt = ''] = await claimed([id])
  await told([aMailEvent({ attempt })])
  await told([aMailEvent({ attempt, type: 'delivery', recipient: 'c@example.net' })])
  expect((await allTold()).map(({ type, data }) => [type, 'to' in data && data.to])).toEqual([
    ['email.sent', ['a@example.net']],
    ['email.suppressed', ['b@example.net']],
    ['email.delivered', ['c@example.net']],
  ])
})

test('our canaries are nobody else’s business, and what is gone tells nothing', async () => {
  const canary = await anEmailRow({ due_at: NOW - 1 }, { canary: 1 })
  const gone = await anEmailRow({ due_at: NOW - 1 })
  const attempts = await claimed([canary.id, gone.id])
  await told(attempts.map((attempt) => aMailEvent({ attempt })))
  await env.DB.prepare('DELETE FROM events WHERE email_id = ?1').bind(gone.id).run()
  expect(await allTold()).toEqual([])
})

test('an email of a broadcast is told with the broadcast, and who leaves it, too', async () => {
  const broadcast = crypto.randomUUID()
  await env.DB.prepare(
    `INSERT INTO broadcasts (id, sender, subject, brake, state, created_at, changed_at, tags)
     VALUES (?1, 'news@example.com', 'News', '{}', 'sent', 0, 0, '[{"name":"a","value":"b"}]')`,
  )
    .bind(broadcast)
    .run()
  const { id } = await anEmailRow({ due_at: NOW - 1 }, { broadcast_id: broadcast })
  const leaving = { address: addressOf(id), emailId: id, topicId: null }
  await unsubscribe(env.DB, leaving, { now: NOW, recording: 'r' })
  const [left] = await allTold()
  expect(left).toMatchObject({
    type: 'email.unsubscribed',
    data: {
      from: 'news@example.com',
      subject: 'News',
      broadcast_id: broadcast,
      tags: { a: 'b' },
      to: [addressOf(id)],
    },
  })
})

test('the order of arrival is found by its time, and says where it begins and ends', async () => {
  expect(await feedEnds(env.DB)).toEqual({ oldest: 0, newest: 0 })
  expect(await feedBefore(env.DB, NOW)).toBe(0)
  for (let n = 0; n < 37; n += 1) {
    await notice(env.DB, { type: 'suppression.added', at: NOW + 10 * n, data: { n } }).run()
  }
  const { oldest, newest } = await feedEnds(env.DB)
  expect(newest - oldest).toBe(36)
  for (const [since, before] of [
    [NOW - 5, 0],
    [NOW, 0],
    [NOW + 1, 1],
    [NOW + 100, 10],
    [NOW + 360, 36],
    [NOW + 361, 37],
  ] as const) {
    expect(await feedBefore(env.DB, since)).toBe(oldest - 1 + before)
  }
  expect(await readFeedRow(env.DB, newest)).toMatchObject({ at: NOW + 360, keys: [] })
  expect(await readFeedRow(env.DB, newest + 1)).toBeNull()
})

test('an email that waits for its time is told, one that does not is not', async () => {
  const later = NOW + 60_000
  await acceptedEmails(1)
  const ids = await acceptedEmails(2, { state: 'scheduled', due_at: later, scheduled_at: later })
  expect(await allTold()).toMatchObject(
    ids.map((id) => ({ type: 'email.scheduled', data: { email_id: id } })),
  )
})
