import { env } from 'cloudflare:workers'
import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { keepDeadLetter, type UndoneJob } from '../../src/db/keep-dead-letter.ts'
import { readLateEvents } from '../../src/db/late-events.ts'
import { type PutBack, putBack } from '../../src/queue/put-back.ts'
import { anApi, NOW } from '../support/an-api.ts'
import { aJob } from '../support/accepted-emails.ts'
import { anEmailRow, rowOf } from '../support/rows.ts'
import { ATTEMPT } from '../support/ses-events.ts'

const EVENT_JOB = {
  version: 1,
  events: [
    { type: 'send', attempt: ATTEMPT, at: NOW, recipient: null, messageId: 'm', source: 'ses' },
  ],
}
const SEND_JOB = aJob(['0199f5b2-7c00-7abc-8def-0123456789ab'])

afterEach(async () => {
  await env.DB.batch(
    ['dead_letters', 'settings', 'emails'].map((table) => env.DB.prepare(`DELETE FROM ${table}`)),
  )
})

let jobs = 0

async function buried(body: unknown, job: Partial<UndoneJob> = {}): Promise<void> {
  jobs += 1
  await keepDeadLetter(env.DB, {
    jobId: `job-${jobs}`,
    queue: 'aerogram-test-events',
    body: JSON.stringify(body),
    reason: 'every delivery failed',
    attempts: 100,
    queuedAt: NOW + jobs,
    now: NOW + 60_000,
    ...job,
  })
}

/** The API before queues that remember. */
async function anApiWithQueues(options: Parameters<typeof anApi>[0] = {}) {
  const queued: [string, unknown][] = []
  const remembering = (name: string) => ({
    async send(body: unknown) {
      queued.push([name, body])
    },
  })
  const queues = {
    send: remembering('send'),
    broadcast: remembering('broadcast'),
    events: remembering('events'),
    webhooks: remembering('webhooks'),
  }
  const api = await anApi({
    putBack: async (queue, body) => putBack(queue, body, queues),
    ...options,
  })
  const list = async (query = '') => {
    const { json } = await api.call('GET', `/-/dead-letters${query}`)
    return json
  }
  const ids = async () => idsOf(await list())
  return { api, queued, list, ids }
}

function idsOf({ data }: Record<string, unknown>): string[] {
  return z
    .array(z.object({ id: z.string() }))
    .parse(data)
    .map(({ id }) => id)
}

test('dead letters are listed with all that is known, those queued last first, page by page', async () => {
  const { list } = await anApiWithQueues()
  for (let n = 0; n < 3; n += 1) await buried({ n }, { queuedAt: NOW + n })
  const first = await list('?limit=2')
  expect(first).toMatchObject({ object: 'list', has_more: true, data: [{}, {}] })
  expect(first['data']).toMatchObject([
    {
      object: 'dead_letter',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      queue: 'aerogram-test-events',
      reason: 'every delivery failed',
      attempts: 100,
      queued_at: new Date(NOW + 2).toISOString(),
      created_at: new Date(NOW + 60_000).toISOString(),
      body: { n: 2 },
    },
    { body: { n: 1 } },
  ])
  const [, id] = idsOf(first)
  expect(await list(`?after=${id}`)).toMatchObject({ has_more: false, data: [{ body: { n: 0 } }] })
  expect(await list(`?before=${id}`)).toMatchObject({ has_more: false, data: [{ body: { n: 2 } }] })
})

test('a letter buried twice is one', async () => {
  const { ids } = await anApiWithQueues()
  await buried(EVENT_JOB, { jobId: 'the same', queuedAt: NOW })
  await buried(EVENT_JOB, { jobId: 'the same', queuedAt: NOW, now: NOW + 90_000 })
  expect(await ids()).toHaveLength(1)
})

test.each([
  ['events', EVENT_JOB],
  ['send', SEND_JOB],
  ['broadcast', SEND_JOB],
])('retried, a job of the queue %s is there again and no letter any more', async (name, body) => {
  const { api, queued, ids } = await anApiWithQueues()
  await buried(body, { queue: `aerogram-test-${name}` })
  const [id] = await ids()
  const answer = await api.call('POST', `/-/dead-letters/${id}/retry`)
  expect([answer.status, answer.json]).toEqual([
    200,
    { object: 'dead_letter', id, queue: `aerogram-test-${name}` },
  ])
  expect(queued).toEqual([[name, body]])
  expect(await ids()).toEqual([])
  expect((await api.call('POST', `/-/dead-letters/${id}/retry`)).status).toBe(404)
  expect(queued).toHaveLength(1)
})

test('of two who retry the same letter at once, one is told so; the job comes twice at most', async () => {
  const { api, queued, ids } = await anApiWithQueues()
  await buried(EVENT_JOB)
  const [id] = await ids()
  const answers = await Promise.all([
    api.call('POST', `/-/dead-letters/${id}/retry`),
    api.call('POST', `/-/dead-letters/${id}/retry`),
  ])
  const statuses = answers.map(({ status }) => status).toSorted((a, b) => a - b)
  expect([
    [200, 404],
    [200, 409],
  ]).toContainEqual(statuses)
  expect(queued.length).toBeLessThan(3)
})

test('an event among dead letters waits; retried, it is on its way and marked as late', async () => {
  const { api, ids } = await anApiWithQueues()
  await buried(EVENT_JOB, { queuedAt: NOW - 5 })
  const around = { from: NOW - 10, to: NOW }
  expect(await readLateEvents(env.DB, around)).toEqual({ dead: [NOW - 5], markedAt: null })
  const since = { from: NOW - 4, to: NOW }
  expect(await readLateEvents(env.DB, since)).toEqual({ dead: [], markedAt: null })
  await api.call('POST', `/-/dead-letters/${(await ids())[0]}/retry`)
  expect(await readLateEvents(env.DB, around)).toEqual({ dead: [], markedAt: NOW })
})

test.each([
  ['events', { nonsense: true }, 'Its body is not an event job.'],
  ['send', EVENT_JOB, 'Its body is not a send job.'],
  ['broadcast', 5, 'Its body is not a send job.'],
  ['webhooks', SEND_JOB, 'Its body is not a webhook job.'],
  ['other', SEND_JOB, 'There is no such queue.'],
])('what the queue %s could not read is left as it is', async (name, body, why) => {
  const { api, queued, ids } = await anApiWithQueues()
  await buried(body, { queue: `aerogram-test-${name}` })
  const [id] = await ids()
  const { status, json } = await api.call('POST', `/-/dead-letters/${id}/retry`)
  expect([status, json['message']]).toEqual([409, `It was left as it is. ${why}`])
  expect([queued, await ids()]).toEqual([[], [id]])
})

const away = async (): Promise<PutBack> => await Promise.reject(new Error('the queue is away'))

test('while the queue is away the letter stays', async () => {
  const { api, ids } = await anApiWithQueues({ putBack: away })
  await buried(EVENT_JOB)
  const [id] = await ids()
  expect((await api.call('POST', `/-/dead-letters/${id}/retry`)).status).toBe(503)
  expect(await ids()).toEqual([id])
})

test.each([
  ['GET', '/-/dead-letters'],
  ['POST', '/-/dead-letters/0199f5b2-7c00-7abc-8def-0123456789ab/retry'],
])('%s %s is not for keys that may only send', async (method, path) => {
  const api = await anApi({ scope: 'sending_access' })
  const { status, json } = await api.call(method, path)
  expect([status, json['name']]).toEqual([401, 'restricted_api_key'])
})

test.each(['nonsense', '0199f5b2-7c00-7abc-8def-0123456789ab', `1'%20OR%201=1`])(
  'there is no letter %s',
  async (id) => {
    const { api } = await anApiWithQueues()
    expect((await api.call('POST', `/-/dead-letters/${id}/retry`)).status).toBe(404)
  },
)

test.each(['limit=51', 'limit=0', 'after=x', 'after=1&before=2'])(
  '%s is refused',
  async (query) => {
    const { api } = await anApiWithQueues()
    const { status, json } = await api.call('GET', `/-/dead-letters?${query}`)
    expect([status, json['name']]).toEqual([422, 'invalid_parameter'])
  },
)

const MINUTE = 60_000

test('a letter that is closed is gone, and its job on no queue', async () => {
  const { api, queued, ids } = await anApiWithQueues()
  await buried('nobody can read this')
  const [id] = await ids()
  const answer = await api.call('DELETE', `/-/dead-letters/${id}`)
  expect([answer.status, answer.json]).toEqual([
    200,
    { object: 'dead_letter', id, deleted: true, held: 0 },
  ])
  expect([await ids(), queued]).toEqual([[], []])
  expect((await api.call('DELETE', `/-/dead-letters/${id}`)).status).toBe(404)
})

test('closed, it keeps no doubt open, and what it may have told of is never sent again', async () => {
  const { api, ids } = await anApiWithQueues()
  const inDoubt = { state: 'in_doubt', doubt_policy: 'resend', due_at: NOW } as const
  const claimed = (minutes: number) => ({ ...inDoubt, claimed_at: NOW + minutes * MINUTE })
  const rows = {
    named: await anEmailRow(claimed(60)),
    before: await anEmailRow(claimed(-5)),
    after: await anEmailRow(claimed(5)),
    'long before': await anEmailRow(claimed(-6)),
    'long after': await anEmailRow(claimed(6)),
    'not in doubt': await anEmailRow({ ...claimed(0), state: 'queued' }),
    'held already': await anEmailRow({ ...claimed(0), doubt_policy: 'hold' }),
  }
  await buried(`{"broken of ${rows.named.id}_1_abcdefgh`, { queuedAt: NOW })
  const answer = await api.call('DELETE', `/-/dead-letters/${(await ids())[0]}`)
  expect(answer.json['held']).toBe(3)
  const policies = await Promise.all(
    Object.entries(rows).map(async ([name, { id }]) => [name, (await rowOf(id)).doubt_policy]),
  )
  expect(Object.fromEntries(policies)).toEqual({
    named: 'hold',
    before: 'hold',
    after: 'hold',
    'long before': 'resend',
    'long after': 'resend',
    'not in doubt': 'resend',
    'held already': 'hold',
  })
})

test('a job that tells of no email holds none when it is closed', async () => {
  const { api, ids } = await anApiWithQueues()
  const { id } = await anEmailRow({
    state: 'in_doubt',
    doubt_policy: 'resend',
    due_at: NOW,
    claimed_at: NOW,
  })
  await buried(SEND_JOB, { queue: 'aerogram-test-send', queuedAt: NOW })
  await api.call('DELETE', `/-/dead-letters/${(await ids())[0]}`)
  expect((await rowOf(id)).doubt_policy).toBe('resend')
})
