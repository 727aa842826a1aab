import { env } from 'cloudflare:workers'
import { type Facts, NO_FACTS } from '../../src/domain/facts.ts'
import { type Status, statusOf } from '../../src/domain/state.ts'
import type { Lifecycle } from '../../src/domain/transition.ts'
import { aLifecycle } from './lifecycle.ts'

export interface Row extends Lifecycle {
  status: Status
  ses_message_id: string | null
}

/** The address of the one recipient of `anEmailRow`. */
export function addressOf(id: string): string {
  return `person-${id}@customer.dev`
}

/** An email in D1 as a lifecycle says, by default waiting to be claimed, to one recipient. */
export async function anEmailRow(
  fields: Partial<Lifecycle> = {},
  columns: Record<string, string | number | null> = {},
): Promise<Lifecycle> {
  const email = aLifecycle({ id: crypto.randomUUID(), ...fields })
  const { facts, doubted, ...rest } = email
  const row = {
    ...rest,
    ...facts,
    doubted: Number(doubted),
    content_id: email.id,
    priority: 'normal',
    address: addressOf(email.id),
    ...columns,
  }
  const names = Object.keys(row)
  const values = names.map((_, index) => `?${index + 1}`)
  await env.DB.prepare(`INSERT INTO emails (${names.join(', ')}) VALUES (${values.join(', ')})`)
    .bind(...Object.values(row))
    .run()
  return email
}

export interface ARecipient {
  address: string
  kind?: 'to' | 'cc' | 'bcc'
  left_out?: string | null
}

/** An email to several, by default all of them `to`. */
export async function anEmailToSeveral(
  recipients: ARecipient[],
  fields: Partial<Lifecycle> = {},
): Promise<Lifecycle> {
  const email = await anEmailRow(fields, { address: null, recipient_count: recipients.length })
  await env.DB.batch(
    recipients.map(({ address, kind = 'to', left_out = null }, position) =>
      env.DB.prepare(
        `INSERT INTO recipients (email_id, address, position, kind, left_out) VALUES (?1, ?2, ?3, ?4, ?5)`,
      ).bind(email.id, address, position, kind, left_out),
    ),
  )
  return email
}

export async function aSuppression(
  address: string,
  origin: 'bounce' | 'complaint' | 'manual' = 'bounce',
): Promise<void> {
  await env.DB.prepare(
    `INSERT INTO suppressions (address, origin, created_at) VALUES (?1, ?2, 0) ON CONFLICT DO NOTHING`,
  )
    .bind(address, origin)
    .run()
}

/** An email's row as the domain knows it. */
export async function rowOf(id: string): Promise<Row> {
  type Stored = Omit<Row, 'facts' | 'doubted'> & Facts & { doubted: 0 | 1 }
  const row = await env.DB.prepare('SELECT * FROM emails WHERE id = ?1').bind(id).first<Stored>()
  if (row === null) throw new Error('the email is gone')
  const facts = { ...NO_FACTS }
  for (const fact of FACTS) facts[fact] = row[fact]
  return {
    id: row.id,
    state: row.state,
    due_at: row.due_at,
    expires_at: row.expires_at,
    attempt: row.attempt,
    attempt_number: row.attempt_number,
    refusals: row.refusals,
    claimed_at: row.claimed_at,
    lease_until: row.lease_until,
    doubted: row.doubted === 1,
    doubt_policy: row.doubt_policy,
    reason: row.reason,
    accepted_at: row.accepted_at,
    evidence_at: row.evidence_at,
    facts,
    status: row.status,
    ses_message_id: row.ses_message_id,
  }
}

export interface RecipientFacts {
  address: string
  left_out: string | null
  delivered_at: number | null
  permanent_bounce_at: number | null
  complained_at: number | null
  suppressed_at: number | null
}

export async function recipientsOf(id: string): Promise<RecipientFacts[]> {
  const { results } = await env.DB.prepare(
    'SELECT * FROM recipients WHERE email_id = ?1 ORDER BY position',
  )
    .bind(id)
    .all<RecipientFacts>()
  return results
}

/** What a row must show: all of the lifecycle and the status derived from it. */
export function shown(email: Lifecycle): Lifecycle & { status: Status } {
  return { ...email, status: statusOf(email.state, email.facts, email.evidence_at) }
}

/** All that tests leave behind, so that sweeps over everything see one story only. */
export async function clear(): Promise<void> {
  await env.DB.batch(
    ['emails', 'recipients', 'attempts', 'calls', 'events', 'feed', 'minutes', 'suppressions']
      .concat('settings', 'dead_letters')
      .map((table) => env.DB.prepare(`DELETE FROM ${table}`)),
  )
}

export const FACTS = [
  'send_event_at',
  'delivered_at',
  'delay_first_at',
  'delay_last_at',
  'transient_bounce_at',
  'permanent_bounce_at',
  'suppressed_at',
  'complained_at',
  'rejected_at',
  'render_failed_at',
  'ses_open_at',
  'pixel_open_at',
  'first_click_at',
] as const satisfies (keyof Facts)[]
