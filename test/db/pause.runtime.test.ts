import { env } from 'cloudflare:workers'
import { beforeEach, expect, test } from 'vitest'
import { recordEvents } from '../../src/db/record-events.ts'
import { endPauses } from '../../src/db/suppressions/change-suppressions.ts'
import { readFeed } from '../../src/db/webhooks/read-feed.ts'
import { suppressionId } from '../../src/domain/suppression-id.ts'
import type { MailEvent } from '../../src/domain/event.ts'
import { aMailEvent, NOW } from '../support/lifecycle.ts'
import { claimed } from '../support/record.ts'
import { anEmailRow, clear, rowOf } from '../support/rows.ts'

const DAY = 24 * 60 * 60 * 1000
const PAUSE = { bounces: 3, ms: 7 * DAY }
const ADDRESS = 'ada@example.com'

beforeEach(async () => {
  await clear()
  await env.DB.exec('DELETE FROM transient_bounces')
})

async function record(events: MailEvent[], now = NOW): Promise<void> {
  await recordEvents(env.DB, events, {
    now,
    minuteMs: 60_000,
    newRecording: () => crypto.randomUUID(),
    pause: PAUSE,
  })
}

/** A transient bounce of an email of its own. */
async function aBounce(at = NOW, fields: Partial<MailEvent> = {}): Promise<MailEvent> {
  const { id } = await anEmailRow({ due_at: NOW - 1 })
  const [attempt = ''] = await claimed([id])
  return aMailEvent({
    attempt,
    type: 'bounce',
    bounceType: 'Transient',
    subType: 'MailboxFull',
    recipient: ADDRESS,
    feedbackId: id,
    at,
    ...fields,
  })
}

async function suppression(): Promise<Record<string, unknown> | null> {
  return await env.DB.prepare('SELECT * FROM suppressions WHERE address = ?1').bind(ADDRESS).first()
}

async function notices(): Promise<unknown[]> {
  const rows = await readFeed(env.DB, 0, 1000)
  return rows.map(({ notice }) => notice).filter((notice) => notice !== null)
}

/** What becomes of an email to the address that is claimed then. */
async function stateAt(now: number): Promise<string> {
  const { id } = await anEmailRow({ due_at: NOW - 1 }, { address: ADDRESS })
  await claimed([id], { now })
  return (await rowOf(id)).state
}

test('the third transient bounce in seven days pauses the address for seven days', async () => {
  const bounces = [await aBounce(NOW - 6 * DAY), await aBounce(NOW - DAY), await aBounce()]
  await record(bounces.slice(0, 2))
  expect(await suppression()).toBeNull()
  // One told twice is one.
  await record(bounces.slice(0, 2))
  expect(await suppression()).toBeNull()
  await record(bounces)
  const until = NOW + PAUSE.ms
  expect(await suppression()).toMatchObject({ id: await suppressionId(ADDRESS), until })
  expect(await notices()).toMatchObject([
    {
      type: 'suppression.added',
      data: { email: ADDRESS, origin: 'bounce', ses: { until: new Date(until).toISOString() } },
    },
  ])
  expect(await stateAt(until - 1)).toBe('suppressed')
  expect(await stateAt(until)).toBe('sending')
  expect(await endPauses(env.DB, until - 1)).toBe(0)
  expect(await endPauses(env.DB, until)).toBe(1)
  expect(await notices()).toMatchObject([{}, { type: 'suppression.removed' }])
  expect(await suppression()).toBeNull()
  // It begins anew: what led to the pause is over.
  await record([await aBounce(until)], until)
  expect(await suppression()).toBeNull()
})

test('three at once pause, too, and what is older than seven days does not count', async () => {
  await record([await aBounce(NOW - 7 * DAY), await aBounce(), await aBounce()])
  expect(await suppression()).toBeNull()
  await record([await aBounce(), await aBounce(NOW, { subType: 'Suppressed' })])
  expect(await suppression()).toMatchObject({ until: NOW + PAUSE.ms })
})

test('what bounces during a pause makes it no longer, and a permanent bounce makes it last', async () => {
  await record([await aBounce(), await aBounce(), await aBounce()])
  await record([await aBounce(NOW + DAY)], NOW + DAY)
  expect(await suppression()).toMatchObject({ until: NOW + PAUSE.ms })
  const last = await aBounce(NOW + DAY, { bounceType: 'Permanent' })
  await record([last], NOW + DAY)
  expect(await suppression()).toMatchObject({
    until: null,
    origin: 'bounce',
    reason: 'MailboxFull',
  })
  expect(await notices()).toMatchObject([{}, { type: 'suppression.added' }])
  expect(await endPauses(env.DB, NOW + 30 * DAY)).toBe(0)
  // Nor does a later row of bounces make a pause of it.
  await record([await aBounce(), await aBounce(), await aBounce()])
  expect(await suppression()).toMatchObject({ until: null })
})
