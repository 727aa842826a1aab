import { emailIdOf } from './upload-recipients.ts'

/** A recipient as it was uploaded. */
export interface StoredRecipient {
  id: string
  address: string
  name: string | null
  /** A JSON object, or null. */
  variables: string | null
}

const READ = `SELECT id, address, name, variables FROM emails
WHERE id = ?1 AND broadcast_id = ?2 AND address = ?3`

/** By the id that an address (in normal form) has in the broadcast; null: not in the audience. */
export async function readRecipient(
  db: D1Database,
  broadcastId: string,
  address: string,
): Promise<StoredRecipient | null> {
  const id = emailIdOf(broadcastId, address)
  return await db.prepare(READ).bind(id, broadcastId, address).first<StoredRecipient>()
}
