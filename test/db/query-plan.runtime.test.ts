import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { senderInDoubt } from '../../src/db/canary.ts'
import { cancelEmail } from '../../src/db/cancel-email.ts'
import { claimEmails } from '../../src/db/claim-emails.ts'
import { deferEmails } from '../../src/db/defer-emails.ts'
import { comingEmails, lostEmails } from '../../src/db/due-emails.ts'
import { expireEmails } from '../../src/db/expire-emails.ts'
import { expireLeases } from '../../src/db/expire-leases.ts'
import { readSigns } from '../../src/db/incidents.ts'
import { markCall } from '../../src/db/mark-call.ts'
import { recordEvents } from '../../src/db/record-events.ts'
import { recordOutcomes } from '../../src/db/record-outcomes.ts'
import { doubtsPastWindow, minutesSince, settleDoubts } from '../../src/db/settle-doubts.ts'
import { settleEmail } from '../../src/db/settle-email.ts'
import { forgetSent } from '../../src/db/webhooks/forget-sent.ts'
import { feedBefore, readFeed } from '../../src/db/webhooks/read-feed.ts'
import { listSent } from '../../src/db/webhooks/read-sent.ts'
import { readToldEvents } from '../../src/db/webhooks/read-told-events.ts'
import { aMailEvent, attemptOf, ID, NOW, TOKEN } from '../support/lifecycle.ts'
import { LEASE_MS, MINUTE_MS, WINDOW_MS } from '../support/operations.ts'
import { anEmailRow, clear } from '../support/rows.ts'
import { type Seen, watchedDatabase } from '../support/watched-database.ts'

const ids = [ID]
const attempt = attemptOf(1, TOKEN)
const by = () => ({ now: NOW, recording: crypto.randomUUID() })
const sweep = () => ({ ...by(), windowMs: WINDOW_MS, limit: 500 })

const PATHS: [string, (db: D1Database) => Promise<unknown>][] = [
  ['claim', (db) => claimEmails(db, { ids, now: NOW, token: TOKEN, leaseMs: LEASE_MS })],
  [
    'claim of ranges',
    (db) => {
      const ranges = [{ broadcast: ID, first: ID, last: ID }]
      return claimEmails(db, { ranges, limit: 50, now: NOW, token: TOKEN, leaseMs: LEASE_MS })
    },
  ],
  [
    'mark of a call',
    (db) => markCall(db, { claimedAt: NOW, claimToken: TOKEN, number: 0, attempts: [attempt] }),
  ],
  [
    'record of outcomes',
    (db) => {
      const times = { ...by(), minuteMs: MINUTE_MS, windowMs: WINDOW_MS, maxRefusals: 8 }
      return recordOutcomes(db, [{ type: 'in doubt', id: ID, attempt, reason: 'x' }], times)
    },
  ],
  [
    'record of events',
    (db) =>
      recordEvents(db, [aMailEvent()], { now: NOW, minuteMs: MINUTE_MS, newRecording: () => 'r' }),
  ],
  ['sweep of leases', (db) => expireLeases(db, sweep())],
  ['sweep of expired emails', (db) => expireEmails(db, sweep())],
  ['search for old doubts', (db) => doubtsPastWindow(db, NOW, 500)],
  ['settling of doubts', (db) => settleDoubts(db, ids, by())],
  ['proof of the channel', (db) => minutesSince(db, NOW)],
  ['search for a canary', (db) => senderInDoubt(db, { now: NOW, windowMs: 1, proofMs: 1 })],
  ['search for lost jobs', (db) => lostEmails(db, 'normal', NOW, 500)],
  [
    'search for coming emails',
    (db) => comingEmails(db, { after: NOW, until: NOW + 1, acceptedBefore: ID, limit: 500 }),
  ],
  ['deferring', (db) => deferEmails(db, ids, NOW + 1, 'quota spent')],
  ['cancel', (db) => cancelEmail(db, ID, by())],
  ['reading of what was told', (db) => readToldEvents(db, [{ keys: [[ID, 'k']] }])],
  ['order of arrival', (db) => readFeed(db, 7, 100)],
  ['order of arrival since a time', (db) => feedBefore(db, NOW)],
  [
    'search for incidents',
    (db) => readSigns(db, { lettersSince: NOW, doubtsBefore: NOW, windowMs: WINDOW_MS }),
  ],
  ['list of what was sent', (db) => listSent(db, ID, { before: null, limit: 20 })],
  ['retention of what was sent', (db) => forgetSent(db, { before: NOW, limit: 100 })],
  ['settling by hand', (db) => settleEmail(db, ID, 'resend', by())],
]

test.each(PATHS)('the %s reads no table from end to end', async (_, run) => {
  await clear()
  // Sweeps go on to their updates only when there is something to sweep.
  await anEmailRow({ id: ID, state: 'sending', lease_until: NOW })
  await anEmailRow({ expires_at: NOW })
  const { db, seen } = watchedDatabase()
  await run(db)
  expect(seen.length).toBeGreaterThan(0)
  const steps = await Promise.all(seen.map(planOf))
  const emails = steps.flat().filter((step) => /^(SEARCH|SCAN) (emails|e)\b/.test(step))
  expect(
    emails.filter((step) => !/USING (PRIMARY KEY|(COVERING )?INDEX emails_due)/.test(step)),
  ).toEqual([])
  expect(steps.flat().filter((step) => WHOLE_TABLE.test(step))).toEqual([])
})

/** A JSON list, a subquery and a row given by hand are read whole; a table of ours never is. */
const WHOLE_TABLE =
  /^SCAN (emails|e|recipients|events|v|attempts|suppressions|s|calls|minutes|m|contents|feed|ranges|webhook_attempts|webhook_retries|a|r)\b(?!.*VIRTUAL TABLE)/

async function planOf({ sql, args }: Seen): Promise<string[]> {
  const { results } = await env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .bind(...args)
    .all<{ detail: string }>()
  return results.map(({ detail }) => detail)
}
