import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { cancelEmail } from '../../src/db/cancel-email.ts'
import { rescheduleEmail } from '../../src/db/reschedule-email.ts'
import { settleEmail } from '../../src/db/settle-email.ts'
import { NO_FACTS } from '../../src/domain/facts.ts'
import { STATES } from '../../src/domain/state.ts'
import { cancel, type Lifecycle, reschedule, settleByHand } from '../../src/domain/transition.ts'
import { NOW } from '../support/an-api.ts'
import { eventsOf, feedEntriesOf } from '../support/lifecycle-row.ts'

const HOUR = 3_600_000
const by = () => ({ now: NOW, recording: crypto.randomUUID() })

/** Every state, doubted or not, with and without evidence. */
const EMAILS: [string, Lifecycle][] = STATES.flatMap((state) =>
  [false, true].flatMap((doubted) =>
    [null, NOW].map((evidence_at): [string, Lifecycle] => {
      const id = crypto.randomUUID()
      const email: Lifecycle = {
        id,
        state,
        due_at: NOW - 1,
        expires_at: null,
        attempt: `${id}_1_AAAAAAAA`,
        attempt_number: 1,
        refusals: 0,
        claimed_at: NOW - 1000,
        lease_until: null,
        doubted,
        doubt_policy: 'resend',
        reason: 'as it was',
        accepted_at: null,
        evidence_at,
        facts: NO_FACTS,
      }
      return [`${state}${doubted ? ', doubted' : ''}${evidence_at ? ', with evidence' : ''}`, email]
    }),
  ),
)

async function write(email: Lifecycle): Promise<void> {
  const { facts: _, doubted, ...columns } = email
  const row = { ...columns, doubted: Number(doubted), content_id: email.id, priority: 'high' }
  const names = Object.keys(row)
  await env.DB.prepare(
    `INSERT OR REPLACE INTO emails (${names.join(', ')}) VALUES (${names.map((_, n) => `?${n + 1}`).join(', ')})`,
  )
    .bind(...Object.values(row))
    .run()
}

async function read(id: string): Promise<unknown> {
  return await env.DB.prepare(
    'SELECT state, due_at, lease_until, doubted, reason, attempt, attempt_number FROM emails WHERE id = ?1',
  )
    .bind(id)
    .first()
}

function shown(email: Lifecycle): unknown {
  const { state, due_at, lease_until, doubted, reason, attempt, attempt_number } = email
  return { state, due_at, lease_until, doubted: Number(doubted), reason, attempt, attempt_number }
}

test.each(EMAILS)('cancel says of an email %s what the rule says', async (_, email) => {
  await write(email)
  await cancelEmail(env.DB, email.id, by())
  expect(await read(email.id)).toEqual(shown(cancel(email) ?? email))
})

test.each(EMAILS)('reschedule says of an email %s what the rule says', async (_, email) => {
  await write(email)
  const told = await rescheduleEmail(env.DB, email.id, NOW + HOUR)
  const ruled = reschedule(email, NOW + HOUR)
  expect(told === null).toBe(ruled === null)
  expect(await read(email.id)).toEqual(shown(ruled ?? email))
})

const BOTH = ['sent', 'resend'] as const
test.each(EMAILS.flatMap(([name, email]) => BOTH.map((as) => [as, name, email] as const)))(
  'settled as %s, an email %s is what the rule says',
  async (as, _, original) => {
    const id = crypto.randomUUID()
    const email = { ...original, id, attempt: `${id}_1_AAAAAAAA` }
    await write(email)
    const told = await settleEmail(env.DB, id, as, by())
    const ruled = settleByHand(email, as, NOW)
    expect(told.type === 'settled').toBe(ruled !== null)
    expect(await read(id)).toEqual(shown(ruled ?? email))
    expect(await feedEntriesOf(id)).toBe(ruled === null ? 0 : 1)
  },
)

test('a cancellation is told once, however often it is repeated', async () => {
  const [, email] = EMAILS[0] ?? []
  if (email === undefined) throw new Error('there is no email')
  const fresh = { ...email, id: crypto.randomUUID(), attempt: null }
  await write(fresh)
  expect(await cancelEmail(env.DB, fresh.id, by())).toEqual({ changed: true, state: 'canceled' })
  expect(await cancelEmail(env.DB, fresh.id, by())).toEqual({ changed: false, state: 'canceled' })
  expect(await eventsOf(fresh.id)).toHaveLength(1)
  expect(await feedEntriesOf(fresh.id)).toBe(1)
})

test('nothing is canceled that is not there', async () => {
  expect(await cancelEmail(env.DB, crypto.randomUUID(), by())).toBeNull()
})
