import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { cancelBroadcast, pauseBroadcast } from '../../src/db/broadcasts/change-broadcast.ts'
import { cutRanges } from '../../src/db/broadcasts/cut-ranges.ts'
import { releaseRanges } from '../../src/db/broadcasts/release-ranges.ts'
import { emailIdOf } from '../../src/db/broadcasts/upload-recipients.ts'
import type { RangeJob } from '../../src/queue/jobs.ts'
import { aBroadcast, startBroadcast } from '../support/a-broadcast.ts'
import { accepted, aConsumer, refused, slotsOf } from '../support/a-consumer.ts'
import { NOW } from '../support/an-api.ts'

/** A started broadcast with all its ranges released, as jobs. */
async function released(
  recipients: number,
  fields = {},
): Promise<{ id: string; jobs: RangeJob[] }> {
  const id = await aBroadcast(recipients, fields)
  await startBroadcast(id)
  while (await cutRanges(env.DB, id, NOW));
  const ranges = await releaseRanges(env.DB, { id, upTo: recipients, now: NOW, limit: 1000 })
  const jobs = ranges.map(({ n, first_id, last_id, recipients: held }): RangeJob => ({
    version: 1,
    broadcast: id,
    n,
    first: first_id,
    last: last_id,
    recipients: held,
  }))
  return { id, jobs }
}

async function statuses(id: string): Promise<Record<string, number>> {
  const { results } = await env.DB.prepare(
    'SELECT status, count(*) AS n FROM emails WHERE broadcast_id = ?1 GROUP BY status',
  )
    .bind(id)
    .all<{ status: string; n: number }>()
  return Object.fromEntries(results.map(({ status, n }) => [status, n]))
}

test('a broadcast goes to fifty recipients a call, each once', async () => {
  const { id, jobs } = await released(1020)
  const consumer = aConsumer()
  const delivered = await consumer.run(jobs)
  expect(delivered.every(({ acked }) => acked)).toBe(true)
  expect(consumer.calls).toHaveLength(21)
  expect(new Set(consumer.accepted).size).toBe(1020)
  expect(await statuses(id)).toEqual({ sent: 1020 })
  const counted = await env.DB.prepare('SELECT sent FROM broadcasts WHERE id = ?1').bind(id).first()
  expect(counted).toEqual({ sent: 1020 })
})

test('the body goes once a call, each entry brings only what differs', async () => {
  const { id, jobs } = await released(2)
  const consumer = aConsumer()
  await consumer.run(jobs)
  const [call] = consumer.calls
  expect(call?.body.DefaultContent?.Template.TemplateContent).toMatchObject({
    Subject: 'News for {{v0}}',
    Text: expect.stringContaining('Hello {{v'),
  })
  expect(slotsOf(call).map(({ v0 }) => v0)).toEqual(['Ada', 'Ada'])
  const [entry] = call?.body.BulkEmailEntries ?? []
  const address = entry?.Destination.ToAddresses[0]?.replace(/.*<|>/g, '') ?? ''
  expect(entry?.ReplacementHeaders).toEqual([
    { Name: 'List-Unsubscribe', Value: `<https://mail.aerogram.test/u/${address}>` },
    { Name: 'List-Unsubscribe-Post', Value: 'List-Unsubscribe=One-Click' },
  ])
  expect(call?.attempts[0]?.slice(0, 36)).toBe(emailIdOf(id, address))
})

test('range jobs that come twice, at once, send each email once', async () => {
  const { id, jobs } = await released(300)
  const [one, two] = [aConsumer(), aConsumer()]
  await Promise.all([one.run([...jobs, ...jobs]), two.run(jobs)])
  expect(one.accepted.length + two.accepted.length).toBe(300)
  expect(await statuses(id)).toEqual({ sent: 300 })
})

test('pause and cancel work at once, whatever waits in the queue', async () => {
  const paused = await released(100)
  await pauseBroadcast(env.DB, paused.id, NOW, null)
  const canceled = await released(100)
  await cancelBroadcast(env.DB, canceled.id, NOW)
  const consumer = aConsumer()
  await consumer.run([...paused.jobs, ...canceled.jobs])
  expect(consumer.calls).toEqual([])
})

test('who leaves in the middle of a broadcast does not get it', async () => {
  const { id, jobs } = await released(3, { topic_id: '01a20cff-792c-7000-932e-b1a45efa383b' })
  await env.DB.batch([
    env.DB.prepare(`INSERT INTO unsubscribes VALUES ('person0@customer.dev', '', NULL, 1)`),
    env.DB.prepare(
      `INSERT INTO unsubscribes VALUES ('person1@customer.dev', '01a20cff-792c-7000-932e-b1a45efa383b', NULL, 1)`,
    ),
    env.DB.prepare(
      `INSERT INTO unsubscribes VALUES ('person2@customer.dev', '01a20cff-792c-7000-932e-000000000000', NULL, 1)`,
    ),
  ])
  const consumer = aConsumer()
  await consumer.run(jobs)
  expect(consumer.accepted.map((attempt) => attempt.slice(0, 36))).toEqual([
    emailIdOf(id, 'person2@customer.dev'),
  ])
  expect(consumer.returned).toEqual([2])
  await env.DB.prepare('DELETE FROM unsubscribes').run()
})

test('a small grant takes a part of a range, the rest takes its turn', async () => {
  const { id, jobs } = await released(60)
  const consumer = aConsumer()
  consumer.grant.with = (want) => ({ granted: Math.min(want, 14), waitMs: 1000 })
  await consumer.run(jobs)
  expect(Math.max(...consumer.calls.map(({ attempts }) => attempts.length))).toBe(14)
  expect(await statuses(id)).toEqual({ sent: 60 })
})

test('without a grant the jobs come back and no row is touched', async () => {
  const { id, jobs } = await released(60)
  const consumer = aConsumer()
  consumer.grant.with = () => ({ granted: 0, waitMs: 600_000, reason: 'quota spent' })
  const delivered = await consumer.run(jobs)
  expect(delivered.map(({ retriedAfter }) => retriedAfter)).toEqual([60, 60])
  expect(await statuses(id)).toEqual({ queued: 60 })
})

test('a recipient whom the template cannot greet fails and says why, the others go', async () => {
  const { id, jobs } = await released(3, { html: null, text: 'Dear {{ name }}' })
  await env.DB.prepare('UPDATE emails SET name = NULL WHERE id = ?1')
    .bind(emailIdOf(id, 'person1@customer.dev'))
    .run()
  const consumer = aConsumer()
  await consumer.run(jobs)
  expect(await statuses(id)).toEqual({ failed: 1, sent: 2 })
  const failed = await env.DB.prepare('SELECT reason FROM emails WHERE id = ?1')
    .bind(emailIdOf(id, 'person1@customer.dev'))
    .first()
  expect(failed).toEqual({ reason: 'it lacks name, and the template has no fallback' })
})

test('a refused template form sends the same emails one by one, as whole renderings', async () => {
  const { id, jobs } = await released(2)
  const consumer = aConsumer()
  consumer.answer.with = (request) =>
    request.operation === 'SendBulkEmail'
      ? refused(400, 'BadRequestException', 'Template contains unsupported operations.')
      : accepted(request)
  await consumer.run(jobs)
  expect(consumer.requeued.map(({ priority }) => priority)).toEqual(['bulk', 'bulk'])
  await consumer.run([
    {
      version: 1,
      priority: 'bulk',
      emails: consumer.requeued.map(({ id: emailId }) => ({ id: emailId, recipients: 1 })),
    },
  ])
  expect(await statuses(id)).toEqual({ sent: 2 })
  expect(consumer.calls.at(-1)?.body.Content?.Simple.Body).toMatchObject({
    Text: { Data: 'Hello Ada' },
  })
})

test('calls under way are answered and recorded before a claim that failed puts the jobs back', async () => {
  const { id, jobs } = await released(1050)
  let claims = 0
  const db = new Proxy(env.DB, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property)
      if (property !== 'prepare') return typeof member === 'function' ? member.bind(target) : member
      return (sql: string) => {
        if (sql.startsWith('UPDATE emails SET\n  attempt_number') && ++claims > 1) {
          throw new Error('D1 is away')
        }
        return target.prepare(sql)
      }
    },
  })
  const consumer = aConsumer({ db })
  consumer.answer.with = async (request) => {
    await new Promise((resolve) => setTimeout(resolve, 30))
    return accepted(request)
  }
  const delivered = await consumer.run(jobs)
  expect(delivered.every(({ acked, retriedAfter }) => !acked && retriedAfter === 30)).toBe(true)
  expect(await statuses(id)).toEqual({ sent: 1000, queued: 50 })
})

test('no more calls are marked than the six that wait for SES', async () => {
  const { jobs } = await released(1050)
  const consumer = aConsumer()
  const marked: number[] = []
  let open = 0
  let mostOpen = 0
  let answered = 0
  const before = await callsMarked()
  consumer.answer.with = async (request) => {
    open += 1
    mostOpen = Math.max(mostOpen, open)
    await new Promise((resolve) => setTimeout(resolve, 50))
    marked.push((await callsMarked()) - before - answered)
    open -= 1
    answered += 1
    return accepted(request)
  }
  await consumer.run(jobs)
  expect(answered).toBe(21)
  expect(mostOpen).toBe(6)
  expect(Math.max(...marked)).toBeLessThanOrEqual(6)
})

async function callsMarked(): Promise<number> {
  const count = await env.DB.prepare('SELECT count(*) AS n FROM calls').first<number>('n')
  return count ?? 0
}

test('of jobs that are done before the others have to wait, none is left untold', async () => {
  const { jobs } = await released(1050)
  const consumer = aConsumer()
  let granted = 0
  consumer.grant.with = (want) => {
    const granting = granted < 1000 ? want : 0
    granted += granting
    return { granted: granting, waitMs: granting > 0 ? 0 : 90_000 }
  }
  const delivered = await consumer.run(jobs)
  const told = delivered.map(({ acked, retriedAfter }) => (acked ? 'acked' : retriedAfter))
  expect(told).toEqual([...Array<string>(20).fill('acked'), 60])
})

test('a call leaves no earlier than its turn, though it is claimed and marked by then', async () => {
  const { jobs } = await released(150)
  const consumer = aConsumer()
  let turns = 0
  consumer.grant.with = (want) => {
    turns += 1
    return { granted: Math.min(want, 50), waitMs: turns * 100 }
  }
  const leftAt: number[] = []
  consumer.answer.with = (request) => {
    leftAt.push(consumer.clock.now)
    return accepted(request)
  }
  await consumer.run(jobs)
  expect(leftAt).toHaveLength(3)
  expect(leftAt[0]).toBeGreaterThanOrEqual(NOW + 100)
  expect(leftAt[1]).toBeGreaterThanOrEqual(NOW + 200)
  expect(leftAt[2]).toBeGreaterThanOrEqual(NOW + 300)
  expect(consumer.returned).toEqual([])
})
