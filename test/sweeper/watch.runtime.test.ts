import { env } from 'cloudflare:workers'
import { beforeEach, expect, test } from 'vitest'
import { keepDeadLetter } from '../../src/db/keep-dead-letter.ts'
import { setSending } from '../../src/db/sending.ts'
import { feedEnds, readFeed } from '../../src/db/webhooks/read-feed.ts'
import { watch } from '../../src/sweeper/watch.ts'
import { NOW } from '../support/an-api.ts'
import { type ASweeper, aSweeper } from '../support/a-sweeper.ts'
import { anEmailRow, clear } from '../support/rows.ts'

const { DB } = env
const MINUTE = 60_000
const alerts = { from: 'aerogram@acme.dev', to: 'ops@acme.dev', environment: 'uat' }

beforeEach(clear)

/** What a sweep tells. */
async function told(sweeper: ASweeper): Promise<unknown[]> {
  const { newest } = await feedEnds(DB)
  await watch(sweeper.deps)
  return (await readFeed(DB, newest, 100)).map(({ notice }) => notice)
}

test('a pause is told once, and its end at once', async () => {
  const sweeper = aSweeper()
  expect(await told(sweeper)).toEqual([])
  await setSending(DB, 'paused', NOW)
  const began = { state: 'began', reason: 'paused by hand', began_at: '2026-11-24T10:00:00.000Z' }
  expect(await told(sweeper)).toEqual([{ type: 'system.sending_paused', data: began }])
  sweeper.clock.now += MINUTE
  expect(await told(sweeper)).toEqual([])
  await setSending(DB, 'running', NOW)
  const ended = { ...began, state: 'ended', ended_at: '2026-11-24T10:01:00.000Z' }
  expect(await told(sweeper)).toEqual([{ type: 'system.sending_paused', data: ended }])
  expect(await told(sweeper)).toEqual([])
})

test('what SES says comes and goes: the end is told when nothing was seen for five sweeps', async () => {
  let stopped: string | null = 'quota spent'
  const sweeper = aSweeper({ stopped: async () => stopped })
  expect(await told(sweeper)).toMatchObject([{ type: 'system.quota_spent' }])
  stopped = null
  sweeper.clock.now += 4 * MINUTE
  expect(await told(sweeper)).toEqual([])
  stopped = 'quota spent'
  expect(await told(sweeper)).toEqual([])
  stopped = null
  sweeper.clock.now += 4 * MINUTE
  expect(await told(sweeper)).toEqual([])
  sweeper.clock.now += MINUTE
  expect(await told(sweeper)).toMatchObject([{ data: { state: 'ended' } }])
})

test('AWS is asked about the credentials only when they may be what stops us', async () => {
  let stopped: string | null = null
  let state: 'accepted' | 'refused' = 'refused'
  let asked = 0
  const sweeper = aSweeper({
    stopped: async () => stopped,
    async credentials() {
      asked += 1
      return state
    },
  })
  expect([await told(sweeper), asked]).toEqual([[], 0])
  stopped = 'UnrecognizedClientException'
  expect(await told(sweeper)).toMatchObject([{ type: 'system.credentials_refused' }])
  stopped = null
  sweeper.clock.now += 10 * MINUTE
  expect([await told(sweeper), asked]).toEqual([[], 2])
  state = 'accepted'
  sweeper.clock.now += 5 * MINUTE
  expect(await told(sweeper)).toMatchObject([{ data: { state: 'ended' } }])
})

test('dead letters and doubts of an hour are incidents, canaries and younger doubts are not', async () => {
  const doubt = (age: number) =>
    ({ state: 'in_doubt', claimed_at: NOW - age, due_at: NOW - age + 15 * MINUTE }) as const
  await anEmailRow(doubt(59 * MINUTE))
  await anEmailRow(doubt(61 * MINUTE), { canary: 1 })
  const sweeper = aSweeper()
  expect(await told(sweeper)).toEqual([])
  const letter = { queue: 'send', body: '{}', reason: 'x', attempts: 1, queuedAt: NOW, now: NOW }
  await keepDeadLetter(DB, { jobId: 'a', ...letter })
  sweeper.clock.now += MINUTE
  expect(await told(sweeper)).toMatchObject([
    { type: 'system.dead_letter', data: { reason: '1 job given up lately' } },
    { type: 'system.old_doubt', data: { reason: '1 email in doubt for over an hour' } },
  ])
})

test('operators get one email of the beginning and one of the end, however many sweeps run', async () => {
  await setSending(DB, 'paused', NOW)
  const [one, two] = [aSweeper({ alerts }), aSweeper({ alerts })]
  await Promise.all([watch(one.deps), watch(two.deps)])
  await setSending(DB, 'running', NOW)
  await Promise.all([watch(one.deps), watch(two.deps)])
  const { results } = await DB.prepare(
    `SELECT e.id, e.address, e.priority, e.state, c.sender, c.subject FROM emails e
     JOIN contents c ON c.id = e.content_id ORDER BY e.id, c.subject`,
  ).all<{ id: string; subject: string }>()
  const alert = {
    address: 'ops@acme.dev',
    priority: 'high',
    state: 'queued',
    sender: 'aerogram@acme.dev',
  }
  expect(results).toHaveLength(2)
  expect(results).toMatchObject([alert, alert])
  expect(results.map(({ subject }) => subject).toSorted()).toEqual([
    '[Aerogram uat] Sending is paused',
    '[Aerogram uat] Sending is paused: over',
  ])
  const enqueued = [...one.enqueued, ...two.enqueued].map(({ id }) => id)
  expect(enqueued.toSorted()).toEqual(results.map(({ id }) => id).toSorted())
})
