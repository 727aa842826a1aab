import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import {
  brakeBroadcast,
  cancelBroadcast,
  pauseBroadcast,
  resumeBroadcast,
  startDueBroadcasts,
} from '../../../src/db/broadcasts/change-broadcast.ts'
import { closeCanceled } from '../../../src/db/broadcasts/close-canceled.ts'
import { cutRanges } from '../../../src/db/broadcasts/cut-ranges.ts'
import { deleteOldBroadcast } from '../../../src/db/broadcasts/delete-old.ts'
import { deleteDraft, updateDraft } from '../../../src/db/broadcasts/draft.ts'
import { endBroadcast, releaseRanges } from '../../../src/db/broadcasts/release-ranges.ts'
import { requeueEmails } from '../../../src/db/broadcasts/requeue-emails.ts'
import { unscheduleBroadcast } from '../../../src/db/broadcasts/send-broadcast.ts'
import { uploadRecipients } from '../../../src/db/broadcasts/upload-recipients.ts'
import { aBroadcast, people, scheduleBroadcast, startBroadcast } from '../../support/a-broadcast.ts'
import { NOW } from '../../support/an-api.ts'
import { aStoredDraft } from '../../support/a-stored-draft.ts'

const { DB } = env
const STATES = ['draft', 'scheduled', 'sending', 'paused', 'braked', 'sent', 'canceled'] as const
type State = (typeof STATES)[number]

interface Change {
  name: string
  /** The states in which it changes anything. */
  in: State[]
  change: (id: string) => Promise<unknown>
  /** What its 60 recipients are like; by default they wait in ranges that were not released. */
  emails?: Record<string, string | number | null>
  ranges?: 'waiting' | 'released' | 'finished'
  recipients?: number
}

const BEGUN: State[] = ['sending', 'paused', 'braked']
const again = { now: NOW, after: null, recording: 'again' }
const FAILED = { state: 'failed', reason: 'refused' }

const CHANGES: Change[] = [
  { name: 'start what is due', in: ['scheduled'], change: () => startDueBroadcasts(DB, NOW) },
  { name: 'pause', in: ['sending'], change: (id) => pauseBroadcast(DB, id, NOW, 'x') },
  { name: 'brake', in: ['sending'], change: (id) => brakeBroadcast(DB, id, NOW, 'x') },
  {
    name: 'resume',
    in: ['paused', 'braked'],
    ranges: 'released',
    change: (id) => resumeBroadcast(DB, id, NOW),
  },
  { name: 'cancel', in: BEGUN, change: (id) => cancelBroadcast(DB, id, NOW) },
  {
    name: 'send',
    in: ['draft', 'scheduled'],
    change: startBroadcast,
  },
  { name: 'schedule', in: ['draft', 'scheduled'], change: (id) => scheduleBroadcast(id, NOW + 9) },
  { name: 'unschedule', in: ['scheduled'], change: (id) => unscheduleBroadcast(DB, id, NOW) },
  {
    name: 'change the draft',
    in: ['draft'],
    change: (id) => updateDraft(DB, id, aStoredDraft(), { now: NOW, asRead: NOW }),
  },
  { name: 'delete the draft', in: ['draft'], change: (id) => deleteDraft(DB, id) },
  {
    name: 'delete the draft without recipients',
    in: ['draft'],
    recipients: 0,
    change: (id) => deleteDraft(DB, id),
  },
  { name: 'upload', in: ['draft'], change: (id) => uploadRecipients(DB, id, people(61)) },
  {
    name: 'replace by an upload',
    in: ['draft'],
    change: (id) => uploadRecipients(DB, id, people(60, 'Eve')),
  },
  {
    name: 'release',
    in: ['sending'],
    change: (id) => releaseRanges(DB, { id, upTo: 100, now: NOW, limit: 10 }),
  },
  {
    name: 'end',
    in: ['sending'],
    emails: { state: 'sent' },
    ranges: 'finished',
    change: (id) => endBroadcast(DB, id, NOW),
  },
  {
    name: 'close what was canceled',
    in: ['canceled'],
    ranges: 'released',
    change: (id) => closeCanceled(DB, id, { ranges: 10, due: 10 }),
  },
  {
    name: 'send again to who failed',
    in: [...BEGUN, 'sent'],
    emails: FAILED,
    ranges: 'finished',
    change: (id) => requeueEmails(DB, 'failed', { id, ...again }),
  },
  {
    name: 'delete half a year later',
    in: ['sent', 'canceled'],
    emails: { state: 'sent' },
    ranges: 'finished',
    change: () => deleteOldBroadcast(DB, NOW + 1, 10),
  },
]

const rows = CHANGES.flatMap((change) => STATES.map((state) => ({ ...change, state })))

test.each(rows)('$name: of a broadcast that is $state', async (row) => {
  const { state, change, emails = {}, ranges = 'waiting', recipients = 60 } = row
  // Sweeps go over all there is.
  await DB.batch([DB.prepare('DELETE FROM broadcasts'), DB.prepare('DELETE FROM emails')])
  const id = await aBroadcast(recipients)
  await startBroadcast(id)
  await cutRanges(DB, id, NOW)
  await set('broadcasts', 'id', id, {
    state,
    changed_at: NOW,
    scheduled_at: NOW,
    ended_at: NOW,
  })
  const released_at = ranges === 'waiting' ? null : NOW
  await set('ranges', 'broadcast_id', id, { state: ranges, released_at })
  if (Object.keys(emails).length > 0) await set('emails', 'broadcast_id', id, emails)
  const before = await seen(id)
  await change(id)
  const after = await seen(id)
  // An answer may say that a range is done which nobody waits in any more.
  expect(after !== before).toBe(row.in.includes(state))
})

async function set(
  table: 'broadcasts' | 'ranges' | 'emails',
  key: string,
  id: string,
  columns: Record<string, string | number | null>,
): Promise<void> {
  const names = Object.keys(columns)
  await DB.prepare(
    `UPDATE ${table} SET ${names.map((name) => `${name} = ?`).join(', ')} WHERE ${key} = ?`,
  )
    .bind(...Object.values(columns), id)
    .run()
}

async function seen(id: string): Promise<string> {
  const selects = [
    'SELECT * FROM broadcasts WHERE id = ?1',
    'SELECT * FROM ranges WHERE broadcast_id = ?1 ORDER BY n',
    'SELECT id, state, name, due_at, reason FROM emails WHERE broadcast_id = ?1 ORDER BY id',
  ]
  const results = await DB.batch(selects.map((select) => DB.prepare(select).bind(id)))
  return JSON.stringify(results.map((result) => result.results))
}
