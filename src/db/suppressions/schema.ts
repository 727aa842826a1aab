import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'

/** An address that nothing is sent to, and why. */
export const suppressions = sqliteTable(
  'suppressions',
  {
    address: text().primaryKey(),
    /** Null only in rows that were written by hand. */
    id: text(),
    origin: text({ enum: ['bounce', 'complaint', 'manual'] }).notNull(),
    /** The email that it came of. */
    source_id: text(),
    created_at: integer().notNull(),
    /** A pause: from then on the address counts as not suppressed. Null: for good. */
    until: integer(),
    /** What an operator or the bounce said of it. */
    reason: text(),
    /** The list or system that it was taken over from. */
    source: text(),
  },
  (table) => [
    uniqueIndex('suppressions_id').on(table.id),
    index('suppressions_origin').on(table.origin, table.created_at),
    index('suppressions_until')
      .on(table.until)
      .where(sql`until IS NOT NULL`),
  ],
)

/** What SES's account list is still to be told: the last wish for an address. */
export const suppressionMirror = sqliteTable('suppression_mirror', {
  address: text().primaryKey(),
  /** Null: it is to be taken off the list. */
  reason: text({ enum: ['BOUNCE', 'COMPLAINT'] }),
  changed_at: integer().notNull(),
})

/** Transient bounces of the last days: so many of an address pause it. */
export const transientBounces = sqliteTable(
  'transient_bounces',
  {
    address: text().notNull(),
    at: integer().notNull(),
    email_id: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.address, table.at, table.email_id] })],
)
