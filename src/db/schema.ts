import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

// Times are epoch milliseconds, lists are JSON text. Hot tables are WITHOUT ROWID (added by hand in
// the migration, drizzle-kit cannot emit it) and there are no foreign keys: a rebuilt parent would
// take its children along. Each index is a written row, so there are only those a query needs.

const facts = {
  delivered_at: integer(),
  delay_first_at: integer(),
  delay_last_at: integer(),
  transient_bounce_at: integer(),
  permanent_bounce_at: integer(),
  suppressed_at: integer(),
  complained_at: integer(),
}

export const emails = sqliteTable(
  'emails',
  {
    id: text().primaryKey(),
    broadcast_id: text(),
    content_id: text().notNull(),
    api_key_id: text(),
    /** Of an email without a broadcast: who has left the topic does not get it. */
    topic_id: text(),
    /** What a broadcast's recipient brings into its templates, a JSON object. */
    variables: text(),
    /** The one recipient; null when there are several, who stand in `recipients`. */
    address: text(),
    name: text(),
    recipient_count: integer().notNull().default(1),
    priority: text({ enum: ['high', 'normal', 'bulk'] }).notNull(),
    doubt_policy: text({ enum: ['resend', 'hold'] }).notNull(),
    canary: integer().notNull().default(0),
    state: text({
      enum: [
        'scheduled',
        'queued',
        'sending',
        'in_doubt',
        'sent',
        'canceled',
        'suppressed',
        'failed',
        'unknown',
      ],
    }).notNull(),
    /** When the row is to be looked at next; null once nothing is left to do. */
    due_at: integer(),
    scheduled_at: integer(),
    expires_at: integer(),
    attempt: text(),
    attempt_number: integer().notNull().default(0),
    refusals: integer().notNull().default(0),
    claimed_at: integer(),
    lease_until: integer(),
    doubted: integer().notNull().default(0),
    /** Its template form was refused: it goes by SendEmail. */
    alone: integer().notNull().default(0),
    reason: text(),
    ses_message_id: text(),
    accepted_at: integer(),
    evidence_at: integer(),
    send_event_at: integer(),
    ...facts,
    rejected_at: integer(),
    render_failed_at: integer(),
    ses_open_at: integer(),
    pixel_open_at: integer(),
    first_click_at: integer(),
    status: text()
      .notNull()
      .generatedAlwaysAs(
        sql`CASE WHEN complained_at IS NOT NULL THEN 'complained' WHEN rejected_at IS NOT NULL THEN 'rejected' WHEN render_failed_at IS NOT NULL THEN 'failed' WHEN suppressed_at IS NOT NULL THEN 'suppressed' WHEN permanent_bounce_at IS NOT NULL THEN 'bounced' WHEN delivered_at IS NOT NULL THEN 'delivered' WHEN transient_bounce_at IS NOT NULL THEN 'transient_bounce' WHEN delay_first_at IS NOT NULL THEN 'delayed' WHEN evidence_at IS NOT NULL THEN 'sent' ELSE state END`,
        { mode: 'virtual' },
      ),
  },
  (table) => [
    index('emails_due')
      .on(table.priority, table.due_at)
      .where(sql`due_at IS NOT NULL`),
    index('emails_address')
      .on(table.address, table.id)
      .where(sql`broadcast_id IS NULL AND address IS NOT NULL`),
  ],
)

/** Only of emails to several recipients: what SES said of each. */
export const recipients = sqliteTable(
  'recipients',
  {
    email_id: text().notNull(),
    address: text().notNull(),
    position: integer().notNull(),
    kind: text({ enum: ['to', 'cc', 'bcc'] }).notNull(),
    name: text(),
    /** Why this recipient was left out of the email, if it was. */
    left_out: text(),
    ...facts,
  },
  (table) => [
    primaryKey({ columns: [table.email_id, table.address] }),
    index('recipients_address').on(table.address, table.email_id),
  ],
)

/** What was to be sent, once for all emails of a request that share it. */
export const contents = sqliteTable('contents', {
  /** The id of the first email that uses it; `last_email_id` ends the key range of its users. */
  id: text().primaryKey(),
  last_email_id: text().notNull(),
  sender: text().notNull(),
  reply_to: text().notNull().default('[]'),
  subject: text().notNull(),
  html: text(),
  text: text(),
  /** Keys in R2 of bodies too large for a row. */
  html_file: text(),
  text_file: text(),
  headers: text().notNull().default('[]'),
  tags: text().notNull().default('[]'),
  attachments: text().notNull().default('[]'),
  pixel: integer().notNull().default(1),
  ses_tracking: integer().notNull().default(1),
  /** Links lead over ours. */
  click_tracking: integer().notNull().default(0),
  /** The stored template it was rendered from, if any. */
  template_id: text(),
})

/** Attempts that ended otherwise than accepted; the current one is in the email's row. */
export const attempts = sqliteTable(
  'attempts',
  {
    email_id: text().notNull(),
    number: integer().notNull(),
    attempt: text().notNull(),
    claimed_at: integer().notNull(),
    ended_at: integer().notNull(),
    outcome: text().notNull(),
    reason: text(),
  },
  (table) => [primaryKey({ columns: [table.email_id, table.number] })],
)

/** Written just before a call to SES: without its row a call was never made. */
export const calls = sqliteTable(
  'calls',
  {
    claimed_at: integer().notNull(),
    claim_token: text().notNull(),
    number: integer().notNull(),
    attempts: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.claimed_at, table.claim_token, table.number] })],
)

export const events = sqliteTable(
  'events',
  {
    email_id: text().notNull(),
    key: text().notNull(),
    type: text().notNull(),
    at: integer().notNull(),
    recorded_at: integer().notNull(),
    recipient: text(),
    /** Of the batch that inserted it: every effect joins on it, so a repeated event has none. */
    recording: text().notNull(),
    detail: text().notNull().default('{}'),
  },
  (table) => [primaryKey({ columns: [table.email_id, table.key] })],
)

/**
 * The order of arrival: a row a recorded batch, with `[email id, key]` of its new events. What
 * happened to something else than an email is a row of its own, with the whole of it as `notice`.
 */
export const feed = sqliteTable('feed', {
  id: integer().primaryKey(),
  at: integer().notNull(),
  keys: text().notNull(),
  notice: text(),
})

/** By minute of the claim: how many emails SES answered 200, and of how many of them the Send event came. */
export const minutes = sqliteTable('minutes', {
  minute: integer().primaryKey(),
  answered: integer().notNull(),
  seen: integer().notNull(),
  /** When the first of these Send events was recorded. */
  seen_at: integer(),
})

export const idempotency = sqliteTable('idempotency', {
  key: text().primaryKey(),
  fingerprint: text().notNull(),
  answer: text().notNull(),
  created_at: integer().notNull(),
})

export const apiKeys = sqliteTable('api_keys', {
  id: text().primaryKey(),
  name: text().notNull(),
  /** SHA-256 of the whole key, hex. */
  hash: text().notNull(),
  scope: text({ enum: ['full_access', 'sending_access'] }).notNull(),
  /** It may send from this domain only. */
  domain_id: text(),
  created_at: integer().notNull(),
  /** Written at most once an hour. */
  last_used_at: integer(),
  revoked_at: integer(),
})

export const deadLetters = sqliteTable('dead_letters', {
  id: text().primaryKey(),
  queue: text().notNull(),
  body: text().notNull(),
  reason: text().notNull(),
  attempts: integer().notNull(),
  /** When the job was first queued. */
  queued_at: integer().notNull(),
  created_at: integer().notNull(),
})

/** What operators set at run time: sending paused or not, and the like. */
export const settings = sqliteTable('settings', {
  name: text().primaryKey(),
  value: text().notNull(),
  changed_at: integer().notNull(),
})

/** Topics whose subscription we confirmed: from then on only version 2 signatures count. */
export const subscriptions = sqliteTable('subscriptions', {
  topic_arn: text().primaryKey(),
  subscription_arn: text().notNull(),
  confirmed_at: integer().notNull(),
})
