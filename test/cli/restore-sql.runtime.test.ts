import { env } from 'cloudflare:workers'
import { afterEach, expect, test } from 'vitest'
import { REASON, restoreStepSql } from '../../src/cli/restore-sql.ts'
import { claimEmails } from '../../src/db/claim-emails.ts'
import { recordEvents } from '../../src/db/record-events.ts'
import { setSending } from '../../src/db/sending.ts'
import { settleOldDoubts } from '../../src/sweeper/settle-old-doubts.ts'
import { aBroadcast } from '../support/a-broadcast.ts'
import { aSweeper } from '../support/a-sweeper.ts'
import { acceptedEmails, rowsOf } from '../support/accepted-emails.ts'
import { anApi, NOW } from '../support/an-api.ts'
import { put } from '../support/lifecycle-row.ts'

const MINUTE = 60_000
const TABLES = ['emails', 'contents', 'events', 'attempts', 'minutes', 'feed', 'settings']

afterEach(async () => {
  await env.DB.batch(
    [...TABLES, 'broadcasts'].map((table) => env.DB.prepare(`DELETE FROM ${table}`)),
  )
})

/** What the command does, on this database; emails taken by state. */
async function restoreCheck(now = NOW): Promise<Record<string, number>> {
  const taken: Record<string, number> = {}
  for (let after: string | null = ''; after !== null;) {
    const results: D1Result<{ state: string; emails: number; last: string }>[] = await env.DB.batch(
      restoreStepSql({ now, windowMs: 15 * MINUTE, after }).map((sql) => env.DB.prepare(sql)),
    )
    const rows = results[1]?.results ?? []
    for (const { state, emails } of rows) taken[state] = (taken[state] ?? 0) + emails
    after =
      rows
        .map(({ last }) => last)
        .toSorted()
        .at(-1) ?? null
  }
  return taken
}

async function anEmailThat(columns: Record<string, string | number | null>): Promise<string> {
  const [id = ''] = await acceptedEmails(1)
  await put(id, columns)
  return id
}

test.each([
  ['is being sent', { state: 'sending', claimed_at: NOW - 5, lease_until: NOW + 5 }],
  ['waits for its job', { state: 'queued', due_at: NOW - 1 }],
  ['is due just now', { state: 'queued', due_at: NOW }],
  ['was scheduled and is due', { state: 'scheduled', due_at: NOW - 1 }],
  ['was in doubt', { state: 'in_doubt', claimed_at: NOW - MINUTE, due_at: NOW + MINUTE }],
  ['was resent once', { state: 'in_doubt', doubted: 1, claimed_at: NOW - MINUTE }],
])('an email that %s may have been sent since: it is in doubt as of now', async (_, columns) => {
  const id = await anEmailThat(columns)
  expect(await restoreCheck()).toEqual({ [columns.state]: 1 })
  expect(await rowsOf([id])).toMatchObject([
    {
      state: 'in_doubt',
      doubted: 1,
      claimed_at: NOW,
      due_at: NOW + 15 * MINUTE,
      lease_until: null,
      reason: REASON,
    },
  ])
  const { results } = await env.DB.prepare('SELECT type, detail FROM events').all()
  expect(results).toEqual([{ type: 'in_doubt', detail: `{"reason":"${REASON}"}` }])
  expect((await env.DB.prepare('SELECT * FROM feed').all()).results).toHaveLength(1)
})

test.each([
  ['is not due yet', { state: 'queued', due_at: NOW + 1 }],
  ['is scheduled for later', { state: 'scheduled', due_at: NOW + 1 }],
  ['SES told of', { state: 'queued', evidence_at: NOW - 1 }],
  ...['sent', 'canceled', 'suppressed', 'failed', 'unknown'].map(
    (state): [string, Record<string, string | number>] => [`ended as ${state}`, { state }],
  ),
])('an email that %s is left as it is', async (_, columns) => {
  const id = await anEmailThat(columns)
  const before = await rowsOf([id])
  expect(await restoreCheck()).toEqual({})
  expect(await rowsOf([id])).toEqual(before)
})

test.each([
  ['sending', null, 3],
  ['paused', null, 3],
  ['braked', null, 3],
  ['sent', null, 3],
  ['scheduled', NOW, 3],
  ['scheduled', NOW + 1, 0],
  ['draft', null, 0],
  ['canceled', null, 0],
])('of a broadcast that is %s (for %s) %i waiting emails may have been sent', async (...row) => {
  const [state, scheduled_at, expected] = row
  const broadcast = await aBroadcast(3)
  await env.DB.prepare('UPDATE broadcasts SET state = ?2, scheduled_at = ?3 WHERE id = ?1')
    .bind(broadcast, state, scheduled_at)
    .run()
  expect(await restoreCheck()).toEqual(expected === 0 ? {} : { queued: expected })
})

test('more than a batch is taken batch by batch, and a second run finds nothing', async () => {
  const broadcast = await aBroadcast(5_001, { state: 'draft' })
  await env.DB.prepare(`UPDATE broadcasts SET state = 'sending' WHERE id = ?1`)
    .bind(broadcast)
    .run()
  expect(await restoreCheck()).toEqual({ queued: 5_001 })
  expect(await restoreCheck()).toEqual({})
})

test('nothing is claimed before a person says so, and what is in doubt not then either', async () => {
  const id = await anEmailThat({ state: 'queued', due_at: NOW - 1 })
  const later = await anEmailThat({ state: 'scheduled', due_at: NOW + 1 })
  await restoreCheck()
  const claim = (ids: string[], token: string) =>
    claimEmails(env.DB, { ids, now: NOW + MINUTE, token, leaseMs: MINUTE })
  expect((await claim([id, later], 'tooearly')).emails).toEqual([])
  await setSending(env.DB, 'running', NOW + MINUTE)
  expect((await claim([id, later], 'resumed0')).emails).toMatchObject([{ id: later }])
})

test('proven silence ends it as unknown even where the policy would resend: the events came before', async () => {
  const id = await anEmailThat({ state: 'queued', due_at: NOW - 1 })
  expect(await env.DB.prepare('SELECT doubt_policy FROM emails').first('doubt_policy')).toBe(
    'resend',
  )
  await restoreCheck()
  await env.DB.prepare('INSERT INTO minutes VALUES (?1, 1, 1, ?1)')
    .bind(NOW + 10 * MINUTE)
    .run()
  const { deps, clock, enqueued } = aSweeper()
  clock.now = NOW + 20 * MINUTE
  await settleOldDoubts(deps)
  expect(await rowsOf([id])).toMatchObject([{ state: 'unknown' }])
  expect(enqueued).toEqual([])
})

test('an event of an attempt that the database forgot settles it', async () => {
  const id = await anEmailThat({ state: 'queued', due_at: NOW - 1 })
  await restoreCheck()
  const attempt = `${id}_1_Forgottn`
  await recordEvents(
    env.DB,
    [{ type: 'send', attempt, at: NOW - 1, recipient: null, messageId: 'm', source: 'ses' }],
    { now: NOW, minuteMs: MINUTE, newRecording: () => 'late' },
  )
  expect(await rowsOf([id])).toMatchObject([{ state: 'sent', status: 'sent' }])
})

test('a person sees one that was never claimed, and may have it sent', async () => {
  const id = await anEmailThat({ state: 'queued', due_at: NOW - 1 })
  await restoreCheck()
  const api = await anApi()
  const email = await api.call('GET', `/emails/${id}`)
  expect([email.status, email.json['last_event']]).toEqual([200, 'queued'])
  expect((await api.call('GET', `/-/emails/${id}/events`)).status).toBe(200)
  expect((await api.call('POST', `/-/emails/${id}/settle`, { as: 'resend' })).status).toBe(200)
  expect(await rowsOf([id])).toMatchObject([{ state: 'queued', doubted: 1 }])
})
