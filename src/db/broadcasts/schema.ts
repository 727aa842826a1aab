import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** One content to many; its emails are one key range and carry its id. */
export const broadcasts = sqliteTable('broadcasts', {
  id: text().primaryKey(),
  name: text().notNull().default(''),
  api_key_id: text(),
  sender: text().notNull(),
  reply_to: text().notNull().default('[]'),
  subject: text().notNull(),
  preview_text: text(),
  html: text(),
  text: text(),
  tags: text().notNull().default('[]'),
  attachments: text().notNull().default('[]'),
  pixel: integer().notNull().default(1),
  ses_tracking: integer().notNull().default(1),
  click_tracking: integer().notNull().default(1),
  segment_id: text(),
  topic_id: text(),
  /** The broadcast it was made from, to go to those who had not opened. */
  parent_id: text(),
  doubt_policy: text({ enum: ['resend', 'hold'] })
    .notNull()
    .default('hold'),
  /** `{count}` or `{percent}`, `wait_seconds`; null: all at once. */
  canary: text(),
  /** `{bounce_rate, complaint_rate, min_sent}`. */
  brake: text().notNull(),
  state: text({
    enum: ['draft', 'scheduled', 'sending', 'paused', 'braked', 'sent', 'canceled'],
  }).notNull(),
  reason: text(),
  created_at: integer().notNull(),
  changed_at: integer().notNull(),
  scheduled_at: integer(),
  started_at: integer(),
  ended_at: integer(),
  /** When all ranges were cut; null until then, and nothing is released before. */
  cut_at: integer(),
  /** When the last recipient of the canary was let go; null: not yet. */
  canary_sent_at: integer(),
  /** Recipients at the start; drafts are counted when asked. */
  audience: integer(),
  // Emails of which the fact is known, counted once each in the batch that learns it.
  sent: integer().notNull().default(0),
  delivered: integer().notNull().default(0),
  bounced: integer().notNull().default(0),
  complained: integer().notNull().default(0),
  opened: integer().notNull().default(0),
  clicked: integer().notNull().default(0),
  unsubscribed: integer().notNull().default(0),
})

/** A broadcast's outbox: up to 50 recipients a row, written when it starts. */
export const ranges = sqliteTable(
  'ranges',
  {
    broadcast_id: text().notNull(),
    n: integer().notNull(),
    first_id: text().notNull(),
    last_id: text().notNull(),
    recipients: integer().notNull(),
    state: text({ enum: ['waiting', 'released', 'finished'] }).notNull(),
    released_at: integer(),
  },
  (table) => [
    primaryKey({ columns: [table.broadcast_id, table.n] }),
    index('ranges_state').on(table.broadcast_id, table.state, table.n),
  ],
)

/** Who has asked out: of one topic, or of all broadcasts (topic ''). */
export const unsubscribes = sqliteTable(
  'unsubscribes',
  {
    address: text().notNull(),
    topic_id: text().notNull().default(''),
    /** The email whose link was used, if any. */
    source_id: text(),
    created_at: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.address, table.topic_id] })],
)
