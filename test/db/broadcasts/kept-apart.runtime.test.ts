import { env } from 'cloudflare:workers'
import { beforeEach, expect, test } from 'vitest'
import { resumeBroadcast } from '../../../src/db/broadcasts/change-broadcast.ts'
import { closeCanceled } from '../../../src/db/broadcasts/close-canceled.ts'
import { cutRanges } from '../../../src/db/broadcasts/cut-ranges.ts'
import { deleteOldBroadcast } from '../../../src/db/broadcasts/delete-old.ts'
import { deleteDraft, updateDraft } from '../../../src/db/broadcasts/draft.ts'
import {
  endBroadcast,
  lostRanges,
  releaseRanges,
} from '../../../src/db/broadcasts/release-ranges.ts'
import { requeueEmails } from '../../../src/db/broadcasts/requeue-emails.ts'
import { canarySent, canceledSince } from '../../../src/db/broadcasts/running.ts'
import { sendBroadcast } from '../../../src/db/broadcasts/send-broadcast.ts'
import { unopenedRecipients } from '../../../src/db/broadcasts/unopened.ts'
import { emailIdOf, uploadRecipients } from '../../../src/db/broadcasts/upload-recipients.ts'
import { claimEmails } from '../../../src/db/claim-emails.ts'
import { aBroadcast, people, startBroadcast } from '../../support/a-broadcast.ts'
import { aStoredDraft } from '../../support/a-stored-draft.ts'
import { NOW } from '../../support/an-api.ts'
import { TOKEN } from '../../support/lifecycle.ts'
import { racedStatement, racingDatabase } from '../../support/racing-database.ts'
import { aSuppression, clear } from '../../support/rows.ts'

const { DB } = env

beforeEach(async () => {
  await clear()
  await DB.batch(
    ['broadcasts', 'ranges', 'unsubscribes'].map((table) => DB.prepare(`DELETE FROM ${table}`)),
  )
})

type Columns = Record<string, string | number | null>

async function cut(recipients: number, fields: Columns = {}): Promise<string> {
  const id = await aBroadcast(recipients)
  await startBroadcast(id)
  await cutRanges(DB, id, NOW)
  await change('broadcasts', fields, 'id = ?', id)
  return id
}

async function change(table: string, columns: Columns, where: string, ...by: unknown[]) {
  const names = Object.keys(columns)
  if (names.length === 0) return
  const set = names.map((name) => `${name} = ?`).join(', ')
  await DB.prepare(`UPDATE ${table} SET ${set} WHERE ${where}`)
    .bind(...Object.values(columns), ...by)
    .run()
}

const person = (id: string, n: number) => emailIdOf(id, `person${n}@customer.dev`)

async function stateOf(emailId: string): Promise<unknown> {
  return await DB.prepare('SELECT state FROM emails WHERE id = ?1').bind(emailId).first('state')
}

async function rangeStates(id: string): Promise<unknown[]> {
  const { results } = await DB.prepare(
    'SELECT state FROM ranges WHERE broadcast_id = ?1 ORDER BY n',
  )
    .bind(id)
    .all()
  return results.map((row) => row['state'])
}

test('a resumed broadcast does not open finished ranges again', async () => {
  const id = await cut(120, { state: 'paused' })
  await change('ranges', { state: 'finished', released_at: NOW }, 'broadcast_id = ? AND n = 0', id)
  await change('ranges', { state: 'released', released_at: NOW }, 'broadcast_id = ? AND n = 1', id)
  await resumeBroadcast(DB, id, NOW)
  expect(await rangeStates(id)).toEqual(['finished', 'waiting', 'waiting'])
})

test('neither a draft is cut nor what was cut before', async () => {
  const draft = await aBroadcast(60)
  expect(await cutRanges(DB, draft, NOW)).toBe(false)
  expect(await rangeStates(draft)).toEqual([])
  const row = DB.prepare('SELECT cut_at, audience FROM broadcasts WHERE id = ?1')
  expect(await row.bind(draft).first()).toEqual({ cut_at: null, audience: null })
  const id = await cut(60)
  await DB.prepare('DELETE FROM ranges WHERE broadcast_id = ?1').bind(id).run()
  await cutRanges(DB, id, NOW + 5)
  expect(await rangeStates(id)).toEqual([])
  expect(await row.bind(id).first()).toEqual({ cut_at: NOW, audience: 60 })
})

test('what a canceled broadcast has with SES stays, and its range stays open', async () => {
  const id = await cut(60, { state: 'canceled' })
  await change('emails', { state: 'sending', due_at: NOW }, 'id = ?', person(id, 0))
  await change('emails', { evidence_at: NOW, due_at: NOW }, 'id = ?', person(id, 1))
  await change('emails', { state: 'sent', evidence_at: NOW }, 'id = ?', person(id, 2))
  await closeCanceled(DB, id, { ranges: 10, due: 10 })
  expect(await stateOf(person(id, 0))).toBe('sending')
  expect(await stateOf(person(id, 1))).toBe('queued')
  expect(await stateOf(person(id, 2))).toBe('sent')
  expect(await stateOf(person(id, 3))).toBe('canceled')
  expect(await rangeStates(id)).toContain('waiting')
})

test('who is tried again after a cancel is closed, and nobody else with a time of his own', async () => {
  const id = await cut(4, { state: 'canceled' })
  await change('ranges', { state: 'finished' }, 'broadcast_id = ?', id)
  await change('emails', { due_at: NOW }, 'broadcast_id = ?', id)
  await change('emails', { state: 'in_doubt' }, 'id = ?', person(id, 0))
  await change('emails', { evidence_at: NOW }, 'id = ?', person(id, 1))
  expect(await closeCanceled(DB, id, { ranges: 10, due: 10 })).toBe(2)
  expect(await stateOf(person(id, 0))).toBe('in_doubt')
  expect(await stateOf(person(id, 1))).toBe('queued')
})

test.each(['sending', 'in_doubt'])(
  'an old broadcast with an email %s is not deleted',
  async (state) => {
    const id = await cut(3, { state: 'sent', ended_at: NOW })
    await change('emails', { state }, 'id = ?', person(id, 0))
    expect(await deleteOldBroadcast(DB, NOW + 1, 10)).toEqual({ emails: 0, files: [] })
    expect(await stateOf(person(id, 1))).toBe('queued')
  },
)

test('an old broadcast with a doubt for ever stands before no other', async () => {
  const blocked = await cut(2, { state: 'sent', ended_at: NOW - 2 })
  await change('emails', { state: 'in_doubt' }, 'id = ?', person(blocked, 1))
  const other = await cut(3, { state: 'canceled', ended_at: NOW })
  expect((await deleteOldBroadcast(DB, NOW + 1, 10)).emails).toBe(3)
  const { results } = await DB.prepare('SELECT id FROM broadcasts').all()
  expect(results).toEqual([{ id: blocked }])
  expect(await rangeStates(other)).toEqual([])
})

test('the policy of a large audience changes ten thousand rows at a time', async () => {
  const id = await aBroadcast(20_050)
  let most = 0
  const counting = new Proxy(DB, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property)
      if (property !== 'prepare') return typeof member === 'function' ? member.bind(target) : member
      return (sql: string) => {
        const statement = target.prepare(sql)
        if (!sql.startsWith('UPDATE emails')) return statement
        const run = async (...values: unknown[]) => {
          const result = await statement.bind(...values).run()
          most = Math.max(most, result.meta.changes)
          return result
        }
        return { bind: (...values: unknown[]) => ({ run: () => run(...values) }) }
      }
    },
  })
  const draft = { ...aStoredDraft(), doubt_policy: 'resend' as const }
  expect(await updateDraft(counting, id, draft, { now: NOW, asRead: NOW })).toBe(true)
  const { results } = await DB.prepare(
    'SELECT doubt_policy, count(*) AS n FROM emails GROUP BY 1',
  ).all()
  expect(results).toEqual([{ doubt_policy: 'resend', n: 20_050 }])
  expect(most).toBe(10_000)
})

test('an old broadcast goes after the last of its emails, and its ranges with it', async () => {
  const id = await cut(60, { state: 'sent', ended_at: NOW })
  expect((await deleteOldBroadcast(DB, NOW + 1, 40)).emails).toBe(40)
  expect(await rangeStates(id)).toHaveLength(2)
  const left = () => DB.prepare('SELECT count(*) AS n FROM broadcasts').first('n')
  expect(await left()).toBe(1)
  expect((await deleteOldBroadcast(DB, NOW + 1, 40)).emails).toBe(20)
  expect([await rangeStates(id), await left()]).toEqual([[], 0])
})

test('a draft that was changed since it was read is neither changed nor sent', async () => {
  const id = await aBroadcast(1)
  const asRead = NOW - 1
  expect(await updateDraft(DB, id, aStoredDraft(), { now: NOW, asRead })).toBe(false)
  expect(await sendBroadcast(DB, { id, names: [], now: NOW, at: null, asRead })).toBe(false)
})

test('a draft into which somebody uploads while it is deleted stays, and is deleted when it is asked again', async () => {
  const id = await aBroadcast(2)
  const db = racedStatement('DELETE FROM broadcasts', () => uploadRecipients(DB, id, people(1)))
  expect(await deleteDraft(db, id)).toBe(false)
  expect(await stateOf(person(id, 0))).toBe('queued')
  expect(await deleteDraft(DB, id)).toBe(true)
})

test('an email in doubt does not hold up the end, one that is tried again does', async () => {
  const id = await cut(2)
  await change('ranges', { state: 'finished' }, 'broadcast_id = ?', id)
  await change('emails', { state: 'in_doubt', due_at: NOW }, 'broadcast_id = ?', id)
  await change('emails', { state: 'queued' }, 'id = ?', person(id, 0))
  expect(await endBroadcast(DB, id, NOW)).toBe(false)
  await change('emails', { state: 'in_doubt' }, 'id = ?', person(id, 0))
  expect(await endBroadcast(DB, id, NOW)).toBe(true)
})

test('a broadcast that is being cut does not end', async () => {
  const id = await aBroadcast(2)
  await startBroadcast(id)
  expect(await endBroadcast(DB, id, NOW)).toBe(false)
})

test('a range is finished only after it was released, and a finished one is not lost', async () => {
  const id = await cut(2)
  await change('emails', { state: 'canceled' }, 'broadcast_id = ?', id)
  await releaseRanges(DB, { id, upTo: 0, now: NOW, limit: 10 })
  expect(await rangeStates(id)).toEqual(['waiting'])
  await change('ranges', { state: 'finished', released_at: NOW }, 'broadcast_id = ?', id)
  expect(await lostRanges(DB, id, NOW, 10)).toEqual([])
})

test('the canary is sent once', async () => {
  const id = await cut(2)
  await change('ranges', { state: 'finished' }, 'broadcast_id = ?', id)
  expect(await canarySent(DB, id, 1, NOW)).toBe(true)
  expect(await canarySent(DB, id, 1, NOW + 1)).toBe(false)
})

test('of the canceled only those that had begun, and not long ago', async () => {
  const id = await cut(1, { state: 'canceled', ended_at: NOW })
  await cut(1, { state: 'sent', ended_at: NOW })
  await cut(1, { state: 'canceled', ended_at: NOW - 2 })
  await cut(1, { state: 'canceled', ended_at: NOW, started_at: null })
  expect((await canceledSince(DB, NOW - 1)).map((row) => row.id)).toEqual([id])
})

const again = { after: null, now: NOW, recording: 'again' }

test('a person sends again to the unknown, and to nobody of whom more is known', async () => {
  const id = await cut(3, { state: 'sent' })
  await change('emails', { state: 'unknown', attempt: 'x', claimed_at: 1 }, 'broadcast_id = ?', id)
  await change('emails', { evidence_at: NOW }, 'id = ?', person(id, 0))
  await change('emails', { state: 'failed' }, 'id = ?', person(id, 1))
  expect((await requeueEmails(DB, 'unknown', { id, ...again })).ids).toEqual([person(id, 2)])
})

test('what is sent again while a broadcast is paused waits with it', async () => {
  const id = await cut(1, { state: 'paused' })
  await change('emails', { state: 'failed' }, 'broadcast_id = ?', id)
  await requeueEmails(DB, 'failed', { id, ...again })
  const state = DB.prepare('SELECT state FROM broadcasts WHERE id = ?1').bind(id)
  expect([await state.first('state'), await stateOf(person(id, 0))]).toEqual(['paused', 'queued'])
})

test('a broadcast of which nobody is sent again stays ended', async () => {
  const id = await cut(1, { state: 'sent', ended_at: NOW })
  await change('emails', { state: 'failed' }, 'broadcast_id = ?', id)
  const db = racingDatabase(() => change('emails', { evidence_at: NOW }, 'broadcast_id = ?', id))
  expect((await requeueEmails(db, 'failed', { id, ...again })).ids).toEqual([])
  const state = DB.prepare('SELECT state FROM broadcasts WHERE id = ?1').bind(id)
  expect(await state.first('state')).toBe('sent')
})

const NOT_WRITTEN_TO: [string, Columns][] = [
  ['bounced', { permanent_bounce_at: 1 }],
  ['complained', { complained_at: 1 }],
  ['is suppressed at SES', { suppressed_at: 1 }],
  ['was rejected', { rejected_at: 1 }],
  ['could not be rendered', { render_failed_at: 1 }],
  ['clicked', { first_click_at: 1 }],
]

test.each(NOT_WRITTEN_TO)('who %s is not among those who have not opened', async (_, fact) => {
  const id = await cut(2)
  await change('emails', { state: 'sent', evidence_at: NOW }, 'broadcast_id = ?', id)
  await change('emails', fact, 'id = ?', person(id, 0))
  expect((await unopenedRecipients(DB, id, null, NOW)).map((row) => row.id)).toEqual([
    person(id, 1),
  ])
})

test('nor is who was suppressed or left since, but who left another topic is', async () => {
  const id = await cut(4, { topic_id: 'weekly' })
  await change('emails', { state: 'sent', evidence_at: NOW }, 'broadcast_id = ?', id)
  await aSuppression('person0@customer.dev')
  for (const [n, topic] of [
    [1, 'weekly'],
    [2, ''],
    [3, 'daily'],
  ] as const) {
    await DB.prepare('INSERT INTO unsubscribes (address, topic_id, created_at) VALUES (?1, ?2, 1)')
      .bind(`person${n}@customer.dev`, topic)
      .run()
  }
  expect((await unopenedRecipients(DB, id, null, NOW)).map((row) => row.id)).toEqual([
    person(id, 3),
  ])
})

test('an email that waits for its time takes no place of a grant', async () => {
  const id = await cut(2)
  const [first = '', second = ''] = [person(id, 0), person(id, 1)].toSorted()
  await change('emails', { due_at: NOW + 60_000 }, 'id = ?', first)
  const ranges = [{ broadcast: id, first, last: second }]
  const claim = { ranges, limit: 1, now: NOW, token: TOKEN, leaseMs: 60_000 }
  const { emails } = await claimEmails(DB, claim)
  expect(emails.map((email) => email.id)).toEqual([second])
})
