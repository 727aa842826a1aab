import { env } from 'cloudflare:workers'
import { afterEach, expect, test } from 'vitest'
import { claimEmails } from '../../src/db/claim-emails.ts'
import { keepDeadLetter } from '../../src/db/keep-dead-letter.ts'
import { markLateEvents } from '../../src/db/late-events.ts'
import { markCall } from '../../src/db/mark-call.ts'
import { recordEvents } from '../../src/db/record-events.ts'
import { expireLeases } from '../../src/db/expire-leases.ts'
import { settleOldDoubts } from '../../src/sweeper/settle-old-doubts.ts'
import { takeUndelivered } from '../../src/sweeper/take-undelivered.ts'
import { aDeadLetterQueue } from '../support/a-dead-letter-queue.ts'
import { type ASweeper, aSweeper } from '../support/a-sweeper.ts'
import { acceptedEmails, rowsOf } from '../support/accepted-emails.ts'
import { NOW } from '../support/an-api.ts'

const MINUTE = 60_000
const TABLES = ['emails', 'contents', 'events', 'attempts', 'calls', 'minutes', 'feed', 'settings']

afterEach(async () => {
  await env.DB.batch(
    [...TABLES, 'dead_letters'].map((table) => env.DB.prepare(`DELETE FROM ${table}`)),
  )
})

/** An email in doubt whose window has passed while all else proves that events come. */
async function aDoubt(): Promise<{ id: string; attempt: string }> {
  const [id = ''] = await acceptedEmails(1)
  const { emails } = await claimEmails(env.DB, {
    ids: [id],
    now: NOW,
    token: 'doubtful',
    leaseMs: MINUTE,
  })
  const attempt = emails[0]?.attempt ?? ''
  await markCall(env.DB, {
    claimedAt: NOW,
    claimToken: 'doubtful',
    number: 0,
    attempts: [attempt],
  })
  await expireLeases(env.DB, {
    now: NOW + 2 * MINUTE,
    windowMs: 15 * MINUTE,
    limit: 10,
    recording: 'leases',
  })
  await env.DB.prepare('INSERT INTO minutes VALUES (?1, 1, 1, ?1)')
    .bind(NOW + 10 * MINUTE)
    .run()
  return { id, attempt }
}

async function stateAfter(sweeper: ASweeper, id: string): Promise<string | undefined> {
  await settleOldDoubts(sweeper.deps)
  return (await rowsOf([id]))[0]?.state
}

test("while anything lies in SNS's dead-letter queue, received or not, no doubt is settled", async () => {
  const { id } = await aDoubt()
  const queue = aDeadLetterQueue()
  const sweeper = aSweeper({ undelivered: { queue, take: async () => ({ type: 'taken' }) } })
  sweeper.clock.now = NOW + 20 * MINUTE
  queue.put('an event', NOW)
  expect(await stateAfter(sweeper, id)).toBe('in_doubt')
  const [received] = await queue.receive()
  expect(await stateAfter(sweeper, id)).toBe('in_doubt')
  await queue.remove([received?.receipt ?? ''])
  expect(await stateAfter(sweeper, id)).toBe('queued')
})

test('a queue that cannot be asked proves nothing', async () => {
  const { id } = await aDoubt()
  const queue = aDeadLetterQueue()
  queue.away.count = true
  const sweeper = aSweeper({ undelivered: { queue, take: async () => ({ type: 'taken' }) } })
  sweeper.clock.now = NOW + 20 * MINUTE
  await expect(settleOldDoubts(sweeper.deps)).rejects.toThrow('SQS is away')
  expect((await rowsOf([id]))[0]?.state).toBe('in_doubt')
})

test('an event taken late looks new in its queue, and still comes before the doubt is settled', async () => {
  const { id, attempt } = await aDoubt()
  const queue = aDeadLetterQueue()
  const sweeper = aSweeper({ undelivered: { queue, take: async () => ({ type: 'taken' }) } })
  const { clock, backlog, deps } = sweeper
  clock.now = NOW + 20 * MINUTE
  queue.put('its Send event', NOW)
  await takeUndelivered(deps)
  expect(queue.left()).toEqual([])
  // The metrics may not show it yet.
  expect(await stateAfter(sweeper, id)).toBe('in_doubt')
  backlog.events = new Date(NOW + 20 * MINUTE)
  clock.now = NOW + 40 * MINUTE
  expect(await stateAfter(sweeper, id)).toBe('in_doubt')
  await recordEvents(
    env.DB,
    [{ type: 'send', attempt, at: NOW, recipient: null, messageId: 'm', source: 'ses' }],
    { now: clock.now, minuteMs: MINUTE, newRecording: () => 'recorded' },
  )
  backlog.events = null
  expect(await stateAfter(sweeper, id)).toBe('sent')
})

test('a dead letter that names the email holds its doubt, however late it was queued', async () => {
  const { id, attempt } = await aDoubt()
  const sweeper = aSweeper()
  sweeper.clock.now = NOW + 120 * MINUTE
  const bury = (jobId: string, about: string) =>
    keepDeadLetter(env.DB, {
      jobId,
      queue: 'aerogram-events',
      body: JSON.stringify({ version: 2, events: [{ attempt: about }] }),
      reason: 'not an event job',
      attempts: 1,
      queuedAt: NOW + 60 * MINUTE,
      now: NOW + 60 * MINUTE,
    })
  await bury('its own', attempt)
  await bury(
    'of another',
    attempt.replace(
      id,
      id.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
    ),
  )
  expect(await stateAfter(sweeper, id)).toBe('in_doubt')
  await env.DB.prepare('DELETE FROM dead_letters WHERE instr(body, ?1)').bind(id).run()
  expect(await env.DB.prepare('SELECT count(*) AS n FROM dead_letters').first('n')).toBe(1)
  expect(await stateAfter(sweeper, id)).toBe('queued')
})

test('more dead letters than can be looked into hold every doubt', async () => {
  const { id } = await aDoubt()
  const sweeper = aSweeper()
  sweeper.clock.now = NOW + 120 * MINUTE
  await env.DB.prepare(
    `INSERT INTO dead_letters SELECT value, 'aerogram-events', '{}', 'why', 1, ?1, ?1
     FROM json_each(?2)`,
  )
    .bind(NOW + 60 * MINUTE, JSON.stringify(Array.from({ length: 501 }, (_, n) => `letter ${n}`)))
    .run()
  expect(await stateAfter(sweeper, id)).toBe('in_doubt')
  await env.DB.prepare(`DELETE FROM dead_letters WHERE id = 'letter 0'`).run()
  expect(await stateAfter(sweeper, id)).toBe('queued')
})

test('once everything queued until a minute after is recorded, doubts are settled again', async () => {
  const { id } = await aDoubt()
  const sweeper = aSweeper()
  sweeper.clock.now = NOW + 20 * MINUTE
  await markLateEvents(env.DB, NOW + 20 * MINUTE)
  expect(await stateAfter(sweeper, id)).toBe('in_doubt')
  sweeper.clock.now = NOW + 30 * MINUTE
  sweeper.backlog.events = new Date(NOW + 21 * MINUTE)
  expect(await stateAfter(sweeper, id)).toBe('in_doubt')
  sweeper.backlog.events = new Date(NOW + 21 * MINUTE + 1)
  expect(await stateAfter(sweeper, id)).toBe('queued')
})
