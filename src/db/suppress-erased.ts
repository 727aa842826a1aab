import { ERASED_ADDRESS } from '../domain/erased-address.ts'

/** A recipient of an email that is being accepted, and how an erased person would be known again. */
export interface HashedRecipient {
  email_id: string
  address: string
  /** Keyed, of the address. */
  hash: string
}

const IS_ERASED = `EXISTS (SELECT 1 FROM erased r WHERE r.hash = value->>'hash')`

const ALONE = `UPDATE emails SET state = 'suppressed', reason = 'the person was erased', due_at = NULL,
  address = '${ERASED_ADDRESS}', name = NULL
WHERE recipient_count = 1
  AND id IN (SELECT value->>'email_id' FROM json_each(?1) WHERE ${IS_ERASED})`

const ONE_OF_SEVERAL = `UPDATE recipients SET left_out = 'the person was erased', name = NULL,
  address = 'erased-' || position || '@erased.invalid'
WHERE (email_id, address) IN
  (SELECT value->>'email_id', value->>'address' FROM json_each(?1) WHERE ${IS_ERASED})`

/** To stand behind the rows of new emails: who was erased is not written to, and not stored again. */
export function suppressErased(
  db: D1Database,
  recipients: HashedRecipient[],
): D1PreparedStatement[] {
  if (recipients.length === 0) return []
  const rows = JSON.stringify(recipients)
  return [db.prepare(ALONE).bind(rows), db.prepare(ONE_OF_SEVERAL).bind(rows)]
}
