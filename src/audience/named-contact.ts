import type { ContactRow } from '../db/audience/contact-sql.ts'
import { readContact } from '../db/audience/read-contacts.ts'
import { normalAddress } from '../domain/address.ts'
import { UUID } from '../domain/id.ts'
import type { ApiContext } from '../http/endpoint.ts'
import { notFound } from '../http/errors.ts'

/** Id or address of a contact in the path, in their normal forms. Throws for what can be neither. */
export function contactName(c: ApiContext): string {
  const given = c.req.param('contact') ?? ''
  const name = UUID.test(given.toLowerCase()) ? given.toLowerCase() : normalAddress(given)
  if (name === null) throw notFound('Contact')
  return name
}

/** The contact that the path names, by id or address. */
export async function namedContact(c: ApiContext, db: D1Database): Promise<ContactRow> {
  const contact = await readContact(db, contactName(c))
  if (contact === null) throw notFound('Contact')
  return contact
}
