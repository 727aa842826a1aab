import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** A stored content with variables; what it says stands in its versions. */
export const templates = sqliteTable('templates', {
  id: text().primaryKey(),
  name: text().notNull(),
  /** Sends may name it instead of the id. */
  alias: text().unique(),
  /** What is written at; it is the published one until the next change. */
  current_version_id: text().notNull(),
  /** What sends use; null: never published. */
  published_version_id: text(),
  published_at: integer(),
  created_at: integer().notNull(),
  updated_at: integer().notNull(),
})

/** What a template says. Once published a version never changes again. */
export const templateVersions = sqliteTable(
  'template_versions',
  {
    template_id: text().notNull(),
    id: text().notNull(),
    /** As a From header carries it, ASCII; null: each send names its own. */
    sender: text(),
    reply_to: text().notNull().default('[]'),
    subject: text(),
    html: text().notNull(),
    /** Null: made from the html; empty: none. */
    text: text(),
    /** `[{key, type, fallback_value}]` */
    variables: text().notNull().default('[]'),
    created_at: integer().notNull(),
    updated_at: integer().notNull(),
    published_at: integer(),
  },
  (table) => [primaryKey({ columns: [table.template_id, table.id] })],
)
