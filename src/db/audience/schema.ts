import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** A person that a host application knows. Whether they have left stands in `unsubscribes`, by address. */
export const contacts = sqliteTable('contacts', {
  id: text().primaryKey(),
  /** In normal form. */
  address: text().notNull().unique(),
  first_name: text(),
  last_name: text(),
  /** A JSON object of strings and numbers. */
  properties: text().notNull().default('{}'),
  created_at: integer().notNull(),
  updated_at: integer().notNull(),
})

/** What may be said of contacts, its type, and what stands in for it where nothing is said. */
export const contactProperties = sqliteTable('contact_properties', {
  id: text().primaryKey(),
  key: text().notNull().unique(),
  type: text({ enum: ['string', 'number'] }).notNull(),
  /** JSON; null: none. */
  fallback_value: text(),
  created_at: integer().notNull(),
})

/** What emails can be about, for people to leave or to join. */
export const topics = sqliteTable('topics', {
  id: text().primaryKey(),
  name: text().notNull(),
  description: text(),
  /** Of people who have said nothing; it never changes. */
  default_subscription: text({ enum: ['opt_in', 'opt_out'] }).notNull(),
  /** Only public ones stand on the page of preferences. */
  visibility: text({ enum: ['public', 'private'] }).notNull(),
  created_at: integer().notNull(),
})

/** Who has said yes to a topic. A row of `unsubscribes` goes over it: a no always wins. */
export const topicSubscriptions = sqliteTable(
  'topic_subscriptions',
  {
    address: text().notNull(),
    topic_id: text().notNull(),
    created_at: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.address, table.topic_id] })],
)

/** A part of the contacts: those put into it, or those that a filter finds. */
export const segments = sqliteTable('segments', {
  id: text().primaryKey(),
  name: text().notNull(),
  /** JSON; null: its members are put into it. */
  filter: text(),
  created_at: integer().notNull(),
})

export const segmentMembers = sqliteTable(
  'segment_members',
  {
    segment_id: text().notNull(),
    contact_id: text().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.segment_id, table.contact_id] }),
    index('segment_members_contact').on(table.contact_id, table.segment_id),
  ],
)

/** A CSV that became contacts: how far it came, and what was wrong with it. */
export const contactImports = sqliteTable('contact_imports', {
  id: text().primaryKey(),
  created_at: integer().notNull(),
  /** Of the last part that was written. */
  updated_at: integer().notNull(),
  completed_at: integer(),
  /** Why it ended before its end. */
  failure: text(),
  total: integer().notNull().default(0),
  created: integer().notNull().default(0),
  updated: integer().notNull().default(0),
  skipped: integer().notNull().default(0),
  failed: integer().notNull().default(0),
  /** JSON: the first lines that failed, `[{line, reason}]`. */
  faults: text().notNull().default('[]'),
})

/** Who was erased: keyed hashes of addresses, so that nobody can be told from them. */
export const erased = sqliteTable('erased', {
  hash: text().primaryKey(),
  erased_at: integer().notNull(),
})
