import type { ContactRow } from '../db/audience/contact-sql.ts'
import type { PropertyValue } from '../domain/contact-values.ts'
import { iso } from '../http/iso.ts'

/** A contact within a list. */
export function listedAnswer(contact: ContactRow): object {
  return {
    id: contact.id,
    email: contact.address,
    first_name: contact.first_name,
    last_name: contact.last_name,
    created_at: iso(contact.created_at),
    unsubscribed: contact.unsubscribed === 1,
  }
}

export function contactAnswer(contact: ContactRow): object {
  const properties: Record<string, PropertyValue> = JSON.parse(contact.properties)
  return {
    object: 'contact',
    ...listedAnswer(contact),
    properties: Object.fromEntries(
      Object.entries(properties).map(([key, value]) => [
        key,
        { type: typeof value === 'number' ? 'number' : 'string', value },
      ]),
    ),
  }
}
