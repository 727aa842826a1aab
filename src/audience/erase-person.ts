import { emailsOf } from '../db/audience/emails-of.ts'
import { erase, filesOf } from '../db/audience/erase.ts'
import { readContact } from '../db/audience/read-contacts.ts'
import { notFound } from '../http/errors.ts'
import type { AudienceDeps } from './deps.ts'

/**
 * By address or by the id of a contact; an address needs no contact. Files go first: what is cut off in
 * between is asked for again. Answers the contact's id, if there was one, and how many emails it was.
 */
export async function erasePerson(
  idOrAddress: string,
  { db, files, addressHash, now }: AudienceDeps,
): Promise<{ id: string | null; emails: number }> {
  const contact = await readContact(db, idOrAddress)
  const address = idOrAddress.includes('@') ? idOrAddress : contact?.address
  if (address === undefined) throw notFound('Contact')
  const emails = await emailsOf(db, address)
  const keys = await filesOf(db, emails)
  if (keys.length > 0) await files.remove(keys)
  await erase(db, { address, hash: addressHash(address), contact, emails }, now())
  const count = emails.alone.length + emails.shared.length
  console.info('person erased', { contactId: contact?.id ?? null, emails: count })
  return { id: contact?.id ?? null, emails: count }
}
