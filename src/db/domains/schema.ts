import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** Domains to send from: what SES calls identities. What SES says of one is kept as it was last read. */
export const domains = sqliteTable('domains', {
  id: text().primaryKey(),
  name: text().notNull().unique(),
  created_at: integer().notNull(),
  /** The name before the domain that bounces return to. */
  return_path: text().notNull(),
  /** SES's names of the DKIM keys, JSON. */
  dkim_tokens: text().notNull(),
  dkim_status: text().notNull(),
  mail_from_status: text().notNull(),
  /** Null: as the environment's settings say. */
  open_tracking: integer(),
  click_tracking: integer(),
  tls: text({ enum: ['enforced', 'opportunistic'] }).notNull(),
})
