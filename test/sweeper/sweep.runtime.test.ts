import { env } from 'cloudflare:workers'
import { afterEach, expect, test } from 'vitest'
import { claimEmails } from '../../src/db/claim-emails.ts'
import { markCall } from '../../src/db/mark-call.ts'
import { recordEvents } from '../../src/db/record-events.ts'
import { recordOutcomes } from '../../src/db/record-outcomes.ts'
import { contentFile } from '../../src/domain/content-file.ts'
import { firstIdAt } from '../../src/domain/id.ts'
import { fileStore } from '../../src/files/files.ts'
import { sweep } from '../../src/sweeper/sweep.ts'
import { aSweeper } from '../support/a-sweeper.ts'
import { acceptedEmails, rowsOf } from '../support/accepted-emails.ts'
import { NOW } from '../support/an-api.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const TABLES = ['emails', 'contents', 'events', 'attempts', 'calls', 'minutes', 'feed', 'settings']

afterEach(async () => {
  await env.DB.batch(
    [...TABLES, 'suppressions', 'dead_letters', 'recipients', 'idempotency'].map((table) =>
      env.DB.prepare(`DELETE FROM ${table}`),
    ),
  )
})

let token = 10_000_000

/** Claims at a moment, as a worker that is never heard of again. */
async function claimed(ids: string[], at = NOW): Promise<string[]> {
  token += 1
  const { emails } = await claimEmails(env.DB, {
    ids,
    now: at,
    token: String(token),
    leaseMs: MINUTE,
  })
  return emails.map(({ attempt }) => attempt)
}

async function called(ids: string[], at = NOW): Promise<string[]> {
  const attempts = await claimed(ids, at)
  await markCall(env.DB, { claimedAt: at, claimToken: String(token), number: 0, attempts })
  return attempts
}

/** An email that SES answered and whose Send event came: the channel was alive then. */
async function aliveAt(at: number): Promise<void> {
  await sendEvent(await answeredAt(at), at + 500)
}

/** The attempt of an email that SES answered 200. */
async function answeredAt(at: number): Promise<string> {
  const [id = ''] = await acceptedEmails(1, { due_at: at - 1 })
  const [attempt = ''] = await claimed([id], at)
  await recordOutcomes(env.DB, [{ type: 'accepted', id, attempt, messageId: 'm' }], {
    now: at,
    minuteMs: MINUTE,
    windowMs: 15 * MINUTE,
    maxRefusals: 8,
    recording: `alive${at}`,
  })
  return attempt
}

async function sendEvent(attempt: string, at: number): Promise<void> {
  await recordEvents(
    env.DB,
    [{ type: 'send', attempt, at, recipient: null, messageId: 'm', source: 'ses' }],
    { now: at, minuteMs: MINUTE, newRecording: () => `event${attempt}` },
  )
}

test('a lease that ran out before any call gives the email back', async () => {
  const ids = await acceptedEmails(1)
  await claimed(ids)
  const { deps, clock } = aSweeper()
  clock.now = NOW + MINUTE
  await sweep(deps)
  expect(await rowsOf(ids)).toMatchObject([{ state: 'queued', attempt_number: 1 }])
  const kept = await env.DB.prepare('SELECT outcome FROM attempts').all()
  expect(kept.results).toEqual([{ outcome: 'not called' }])
})

test('a lease that ran out after the call was marked puts the email in doubt', async () => {
  const ids = await acceptedEmails(1)
  await called(ids)
  const { deps, clock } = aSweeper()
  clock.now = NOW + MINUTE
  await sweep(deps)
  expect(await rowsOf(ids)).toMatchObject([{ state: 'in_doubt', due_at: NOW + 15 * MINUTE }])
})

test('a lease that still runs is left alone', async () => {
  const ids = await acceptedEmails(1)
  await claimed(ids)
  const { deps, clock } = aSweeper()
  clock.now = NOW + MINUTE - 1
  await sweep(deps)
  expect(await rowsOf(ids)).toMatchObject([{ state: 'sending' }])
})

test.each([
  { policy: 'resend', state: 'queued' },
  { policy: 'hold', state: 'unknown' },
] as const)('once the silence is proven, $policy ends a doubt as $state', async (row) => {
  const ids = await acceptedEmails(1, { doubt_policy: row.policy })
  await called(ids)
  await aliveAt(NOW + 6 * MINUTE)
  const { deps, clock, enqueued } = aSweeper()
  clock.now = NOW + 14 * MINUTE
  await sweep(deps)
  expect(await rowsOf(ids)).toMatchObject([{ state: 'in_doubt' }])
  clock.now = NOW + 15 * MINUTE
  await sweep(deps)
  expect(await rowsOf(ids)).toMatchObject([{ state: row.state, doubted: 1 }])
  expect(enqueued.map(({ id }) => id)).toEqual(row.policy === 'resend' ? ids : [])
})

test('a sign of life must be as old as SNS may wait with the event that is missing; a second makes it no younger', async () => {
  const ids = await acceptedEmails(1)
  const { deps, clock } = aSweeper()
  await called(ids)
  const attempts = [await answeredAt(NOW + 6 * MINUTE), await answeredAt(NOW + 6 * MINUTE + 1)]
  clock.now = NOW + 14 * MINUTE
  await sweep(deps)
  await sendEvent(attempts[0] ?? '', NOW + 20 * MINUTE)
  await sendEvent(attempts[1] ?? '', NOW + 21 * MINUTE)
  clock.now = NOW + 22.5 * MINUTE - 1
  await sweep(deps)
  expect(await rowsOf(ids)).toMatchObject([{ state: 'in_doubt' }])
  clock.now += 1
  await sweep(deps)
  expect(await rowsOf(ids)).toMatchObject([{ state: 'queued', doubted: 1 }])
})

test('an email is resent once: a second doubt ends as unknown', async () => {
  const ids = await acceptedEmails(1)
  const { deps, clock } = aSweeper()
  await called(ids)
  await aliveAt(NOW + 6 * MINUTE)
  clock.now = NOW + 14 * MINUTE
  await sweep(deps)
  clock.now = NOW + 15 * MINUTE
  await sweep(deps)
  await called(ids, NOW + 16 * MINUTE)
  await aliveAt(NOW + 23 * MINUTE)
  clock.now = NOW + 30 * MINUTE
  await sweep(deps)
  clock.now = NOW + 32 * MINUTE
  await sweep(deps)
  expect(await rowsOf(ids)).toMatchObject([{ state: 'unknown', attempt_number: 2 }])
})

test('an event settles a doubt at once, as sent', async () => {
  const ids = await acceptedEmails(1)
  const [attempt = ''] = await called(ids)
  const { deps, clock } = aSweeper()
  clock.now = NOW + MINUTE
  await sweep(deps)
  await sendEvent(attempt, NOW + 2 * MINUTE)
  clock.now = NOW + 20 * MINUTE
  await sweep(deps)
  expect(await rowsOf(ids)).toMatchObject([{ state: 'sent', status: 'sent', due_at: null }])
})

test('while nothing proves that events arrive, a doubt stays one and a canary asks', async () => {
  const ids = await acceptedEmails(1)
  await called(ids)
  const { deps, clock, enqueued } = aSweeper()
  for (const minute of [1, 5, 6, 9, 11, 16]) {
    clock.now = NOW + minute * MINUTE
    await sweep(deps)
  }
  expect(await rowsOf(ids)).toMatchObject([{ state: 'in_doubt' }])
  const canaries = await env.DB.prepare(
    `SELECT e.address, c.sender FROM emails e JOIN contents c ON c.id = e.content_id WHERE canary = 1`,
  ).all()
  const canary = {
    address: 'success@simulator.amazonses.com',
    sender: 'Acme <hello@acme.dev>',
  }
  expect(canaries.results).toEqual([canary, canary, canary])
  expect(enqueued.length).toBeGreaterThanOrEqual(3)
})

test('canaries of a time when nothing could be sent do not all go at once', async () => {
  const ids = await acceptedEmails(1)
  await called(ids)
  const { deps, clock } = aSweeper()
  for (const minute of [1, 6, 11, 16]) {
    clock.now = NOW + minute * MINUTE
    await sweep(deps)
  }
  const waiting = await env.DB.prepare(
    `SELECT count(*) AS n FROM emails WHERE canary = 1 AND state = 'queued'`,
  ).first('n')
  expect(waiting).toBe(1)
})

test('the event of a canary is proof enough', async () => {
  const ids = await acceptedEmails(1, { doubt_policy: 'hold' })
  await called(ids)
  const { deps, clock } = aSweeper()
  for (const minute of [1, 6]) {
    clock.now = NOW + minute * MINUTE
    await sweep(deps)
  }
  const canary = await env.DB.prepare('SELECT id FROM emails WHERE canary = 1').first<string>('id')
  const [attempt = ''] = await claimed([canary ?? ''], NOW + 6 * MINUTE)
  await recordOutcomes(env.DB, [{ type: 'accepted', id: canary ?? '', attempt, messageId: 'm' }], {
    now: NOW + 6 * MINUTE,
    minuteMs: MINUTE,
    windowMs: 15 * MINUTE,
    maxRefusals: 8,
    recording: 'canary',
  })
  await sendEvent(attempt, NOW + 7 * MINUTE)
  clock.now = NOW + 15 * MINUTE
  await sweep(deps)
  expect(await rowsOf(ids)).toMatchObject([{ state: 'unknown' }])
})

test('an event that waits in the queue or among the dead letters keeps a doubt open', async () => {
  const ids = await acceptedEmails(1)
  await called(ids)
  await aliveAt(NOW + 6 * MINUTE)
  const { deps, clock, backlog } = aSweeper()
  clock.now = NOW + 2 * MINUTE
  await sweep(deps)
  clock.now = NOW + 20 * MINUTE
  backlog.events = new Date(NOW + MINUTE)
  await sweep(deps)
  expect(await rowsOf(ids)).toMatchObject([{ state: 'in_doubt' }])
  backlog.events = null
  await env.DB.prepare(
    `INSERT INTO dead_letters VALUES ('1', 'aerogram-events', '{}', 'why', 100, ?1, ?1)`,
  )
    .bind(NOW + MINUTE)
    .run()
  await sweep(deps)
  expect(await rowsOf(ids)).toMatchObject([{ state: 'in_doubt' }])
  await env.DB.prepare('DELETE FROM dead_letters').run()
  await sweep(deps)
  expect(await rowsOf(ids)).toMatchObject([{ state: 'queued' }])
})

test('emails claimed within a minute are counted together', async () => {
  await aliveAt(NOW + 1)
  await aliveAt(NOW + MINUTE - 1)
  await aliveAt(NOW + MINUTE)
  const minutes = await env.DB.prepare(
    'SELECT minute, answered, seen FROM minutes ORDER BY minute',
  ).all()
  expect(minutes.results).toEqual([
    { minute: NOW, answered: 2, seen: 2 },
    { minute: NOW + MINUTE, answered: 1, seen: 1 },
  ])
})

test('two sweeps at once do no harm', async () => {
  const lost = await acceptedEmails(20, { due_at: NOW - 5 * MINUTE })
  const leased = await acceptedEmails(20)
  const doubted = await acceptedEmails(20)
  await claimed(leased, NOW - 2 * MINUTE + 1000)
  await called(doubted, NOW - 20 * MINUTE + 3000)
  const { deps, enqueued } = aSweeper()
  await Promise.all([sweep(deps), sweep(deps)])
  const states = new Set((await rowsOf([...lost, ...leased])).map(({ state }) => state))
  expect(states).toEqual(new Set(['queued']))
  expect(new Set(enqueued.map(({ id }) => id))).toEqual(new Set(lost))
})

test('jobs that were lost are issued again after two sweeps, the urgent first', async () => {
  const normal = await acceptedEmails(3, { due_at: NOW - 2 * MINUTE })
  const high = await acceptedEmails(2, { due_at: NOW - 2 * MINUTE, priority: 'high' })
  await acceptedEmails(2, { due_at: NOW - 2 * MINUTE + 1 })
  const { deps, enqueued } = aSweeper()
  await sweep(deps)
  expect(enqueued.map(({ id }) => id)).toEqual([...high, ...normal])
})

test('no more is issued again than the Governor lets go in a minute', async () => {
  await acceptedEmails(30, { due_at: NOW - 3 * MINUTE })
  const { deps, enqueued } = aSweeper({ perMinute: async () => 12 })
  await sweep(deps)
  expect(enqueued).toHaveLength(12)
})

test('an older backlog explains the delay for ten minutes, not for ever', async () => {
  const late = await acceptedEmails(1, { due_at: NOW - 11 * MINUTE })
  await acceptedEmails(1, { due_at: NOW - 5 * MINUTE })
  const { deps, enqueued, backlog } = aSweeper()
  backlog.send = new Date(NOW - 30 * MINUTE)
  await sweep(deps)
  expect(enqueued.map(({ id }) => id)).toEqual(late)
})

test('a backlog of the broadcast queue explains the delay of bulk, and of nothing else', async () => {
  await acceptedEmails(1, { due_at: NOW - 5 * MINUTE, priority: 'bulk' })
  const normal = await acceptedEmails(1, { due_at: NOW - 5 * MINUTE })
  const { deps, enqueued, backlog } = aSweeper()
  backlog.broadcast = new Date(NOW - 6 * MINUTE)
  await sweep(deps)
  expect(enqueued.map(({ id }) => id)).toEqual(normal)
})

test('an email due a moment after the longest delay of a queue gets its job in its minute', async () => {
  const due = NOW + 12 * 60 * MINUTE + 2000
  const ids = await acceptedEmails(1, { state: 'scheduled', due_at: due, scheduled_at: due })
  const { deps, enqueued, clock } = aSweeper()
  clock.now = due - MINUTE / 2
  await sweep(deps)
  expect(enqueued).toMatchObject([{ id: ids[0], dueAt: due }])
})

test('an email that was scheduled far ahead gets its job when its minute comes', async () => {
  const due = NOW + 30_000 + DAY
  const ids = await acceptedEmails(1, { state: 'scheduled', due_at: due, scheduled_at: due })
  const { deps, enqueued, clock } = aSweeper()
  clock.now = NOW + DAY
  await sweep(deps)
  expect(enqueued).toMatchObject([{ id: ids[0], dueAt: due }])
})

test('an email whose time is over is closed and says why', async () => {
  const ids = await acceptedEmails(1, { expires_at: NOW - 1 })
  const { deps, enqueued } = aSweeper()
  await sweep(deps)
  expect(await rowsOf(ids)).toMatchObject([
    { status: 'failed', reason: 'expired before it could be sent' },
  ])
  expect(enqueued).toEqual([])
})

test('a step that fails does not stop the next', async () => {
  const ids = await acceptedEmails(1)
  await claimed(ids, NOW - 2 * MINUTE)
  await acceptedEmails(1, { due_at: NOW - 3 * MINUTE })
  const { deps } = aSweeper({
    queue: {
      async enqueue() {
        throw new Error('the queue is away')
      },
    },
  })
  await fileStore(env.FILES).put(contentFile(firstIdAt(NOW - 2 * 60 * MINUTE), 0), 'orphan')
  await sweep(deps)
  expect(await rowsOf(ids)).toMatchObject([{ state: 'queued' }])
  expect((await env.FILES.list()).objects).toEqual([])
})

test('bodies go after thirty days, the email stays, and an open one keeps its own', async () => {
  const [sent = '', open = ''] = await acceptedEmails(2)
  await fileStore(env.FILES).put(contentFile(sent, 0), 'attachment')
  await env.DB.batch([
    env.DB.prepare(`UPDATE emails SET state = 'sent', due_at = NULL WHERE id = ?1`).bind(sent),
    env.DB.prepare(`UPDATE contents SET attachments = ?2 WHERE id = ?1`).bind(
      sent,
      JSON.stringify([{ file: contentFile(sent, 0) }]),
    ),
  ])
  const { deps, clock } = aSweeper()
  clock.now = NOW + 31 * DAY
  await sweep(deps)
  const contents = await env.DB.prepare(
    `SELECT id, subject, html, attachments FROM contents WHERE id IN (?1, ?2) ORDER BY id`,
  )
    .bind(sent, open)
    .all()
  expect(contents.results).toMatchObject([
    { subject: 'Subject 0', html: null, attachments: '[]' },
    { subject: 'Subject 1', html: '<p>Hello 1</p>' },
  ])
  expect((await env.FILES.list()).objects).toEqual([])
})

test('emails and all that hangs on them go after half a year, never one that is not final', async () => {
  const [sent = '', open = ''] = await acceptedEmails(2)
  await env.DB.batch([
    env.DB.prepare(`UPDATE emails SET state = 'sent', due_at = NULL WHERE id = ?1`).bind(sent),
    env.DB.prepare(
      `INSERT INTO events (email_id, key, type, at, recorded_at, recording) VALUES (?1, 'k', 'send', 1, 1, 'r')`,
    ).bind(sent),
    env.DB.prepare(
      `INSERT INTO suppressions (address, origin, source_id, created_at) VALUES ('a@b.dev', 'bounce', ?1, 1)`,
    ).bind(sent),
  ])
  const { deps, clock } = aSweeper()
  clock.now = NOW + 181 * DAY
  await sweep(deps)
  const left = await env.DB.prepare(
    `SELECT (SELECT group_concat(id) FROM emails WHERE canary = 0) AS emails, (SELECT count(*) FROM events) AS events,
       (SELECT group_concat(id) FROM contents) AS contents, (SELECT count(*) FROM suppressions) AS suppressions`,
  ).first()
  expect(left).toEqual({ emails: open, events: 0, contents: open, suppressions: 1 })
})
