import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/**
 * Endpoints of host applications. Due to one are the rows of `feed` after its cursor and those of
 * its `webhook_retries` whose time has come. The happy path writes the log row alone and moves the
 * cursor once a batch; what failed moves behind the cursor as a row of `webhook_retries`.
 */
export const webhooks = sqliteTable('webhooks', {
  id: text().primaryKey(),
  endpoint: text().notNull(),
  /** JSON list of types; null: those of the contract. */
  events: text(),
  status: text({ enum: ['enabled', 'disabled'] }).notNull(),
  /** Why it was disabled, if not by hand. */
  reason: text(),
  /** In the clear: the contract shows it to who has the key, and signing needs it. */
  secret: text().notNull(),
  /** Signs beside the present one until then. */
  previous_secret: text(),
  previous_until: integer(),
  /** The feed row up to which everything was sent or stands in `webhook_retries`. */
  cursor: integer().notNull(),
  /** Of the feed row just after the cursor, how many keys are done with, too; 0 for any other row. */
  cursor_key: integer().notNull().default(0),
  /** Of the first failure after which nothing has succeeded; null: the last attempt did. */
  failing_since: integer(),
  /** Failed attempts since the last success. */
  failures: integer().notNull().default(0),
  /** The breaker is open: until then nothing is sent, then one event; null: it is closed. */
  probe_at: integer(),
  /** Who is sending to it, until when; every write of a delivery is fenced by it. */
  lease: text(),
  lease_until: integer(),
  created_at: integer().notNull(),
  changed_at: integer().notNull(),
})

/** Where an event stands in the order of arrival: domain/webhook-place.ts. */
const place = {
  webhook_id: text().notNull(),
  feed: integer().notNull(),
  feed_at: integer().notNull(),
  key: integer().notNull(),
  part: integer().notNull(),
}

/** The log: a row an attempt, written once, with the answer. */
export const webhookAttempts = sqliteTable(
  'webhook_attempts',
  {
    ...place,
    /** From 1; replays count on. */
    number: integer().notNull(),
    type: text().notNull(),
    sent_at: integer().notNull(),
    /** HTTP status; null: there was no answer. */
    status: integer(),
    /** The beginning of the answer, or why there was none. */
    response: text().notNull().default(''),
  },
  (table) => [
    primaryKey({
      columns: [table.webhook_id, table.feed, table.key, table.part, table.number],
    }),
  ],
)

/** Only of what failed or is to be sent again: when it is tried next. */
export const webhookRetries = sqliteTable(
  'webhook_retries',
  {
    ...place,
    type: text().notNull(),
    /** Attempts that failed since it was first to be sent, or sent again. */
    failures: integer().notNull().default(0),
    /** Null: given up, the event is dead until somebody replays it. */
    due_at: integer(),
    created_at: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.webhook_id, table.feed, table.key, table.part] }),
    index('webhook_retries_due')
      .on(table.webhook_id, table.due_at)
      .where(sql`due_at IS NOT NULL`),
  ],
)
