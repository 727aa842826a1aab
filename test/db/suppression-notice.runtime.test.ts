import { env } from 'cloudflare:workers'
import { beforeEach, expect, test } from 'vitest'
import { readFeed } from '../../src/db/webhooks/read-feed.ts'
import { suppressionId } from '../../src/domain/suppression-id.ts'
import { UUID } from '../../src/domain/id.ts'
import { aMailEvent, NOW } from '../support/lifecycle.ts'
import { claimed, told } from '../support/record.ts'
import { anEmailRow, aSuppression, clear } from '../support/rows.ts'

beforeEach(clear)

async function notices(): Promise<unknown[]> {
  const rows = await readFeed(env.DB, 0, 1000)
  return rows.map(({ notice }) => notice).filter((notice) => notice !== null)
}

async function anAttempt() {
  const { id } = await anEmailRow({ due_at: NOW - 1 })
  const [attempt = ''] = await claimed([id])
  return { id, attempt }
}

test('an address that becomes suppressed is told once, whatever comes after it', async () => {
  const { id, attempt } = await anAttempt()
  const bounce = aMailEvent({
    attempt,
    type: 'bounce',
    bounceType: 'Permanent',
    recipient: 'ada@example.com',
    feedbackId: 'f1',
  })
  await told([bounce, { ...bounce, feedbackId: 'f2' }])
  await told([bounce])
  await told([{ ...bounce, type: 'complaint', feedbackId: 'f3' }])
  expect(await notices()).toEqual([
    {
      type: 'suppression.added',
      data: {
        id: await suppressionId('ada@example.com'),
        email: 'ada@example.com',
        origin: 'bounce',
        source_id: id,
        created_at: new Date(NOW).toISOString(),
      },
    },
  ])
  expect(await suppressionId('ada@example.com')).toMatch(UUID)
})

test('a complaint weighs more than a bounce told with it', async () => {
  const { attempt } = await anAttempt()
  const event = aMailEvent({ attempt, recipient: 'ada@example.com', feedbackId: 'f' })
  await told([
    { ...event, type: 'complaint' },
    { ...event, type: 'bounce', bounceType: 'Permanent' },
  ])
  expect(await notices()).toMatchObject([{ data: { origin: 'complaint' } }])
})

test('feedback about nothing of ours suppresses and is told, too', async () => {
  const feedback = aMailEvent({ attempt: null, type: 'complaint', recipient: 'bob@example.com' })
  await told([feedback])
  await told([feedback])
  expect(await notices()).toMatchObject([{ data: { email: 'bob@example.com', source_id: null } }])
})

test('of an address that was suppressed already, and of one that is not now, nothing is told', async () => {
  await aSuppression('ada@example.com', 'manual')
  const { attempt } = await anAttempt()
  const event = aMailEvent({ attempt, type: 'bounce', recipient: 'ada@example.com' })
  await told([
    { ...event, bounceType: 'Permanent' },
    { ...event, recipient: 'bob@example.com', bounceType: 'Transient' },
  ])
  expect(await notices()).toEqual([])
})
