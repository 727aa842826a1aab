import type { Consent } from '../db/audience/consent.ts'
import { erasedFinder } from '../db/audience/erased.ts'
import type { ContactFields } from '../db/audience/change-contacts.ts'
import { declaredProperties } from '../db/audience/properties.ts'
import { staticSegments } from '../db/audience/segments.ts'
import { listTopics } from '../db/audience/topics.ts'
import { normalAddress } from '../domain/address.ts'
import { keptProperty, PROPERTY_KEY, propertyFault } from '../domain/contact-values.ts'
import { invalidField, missingField } from '../http/errors.ts'
import { FORMAT } from '../http/mailbox-fields.ts'
import type { ContactChange } from './audience-schema.ts'
import type { AudienceDeps } from './deps.ts'
import { parseLine } from './parse-line.ts'

const MAX_NAME = 150
/** Of one contact. */
const MAX_PROPERTIES = 100

/** In normal form; an address that was erased is refused. */
export async function parseEmail(
  email: string | null | undefined,
  { db, addressHash }: AudienceDeps,
): Promise<string> {
  if (!email) throw missingField('email')
  const address = normalAddress(email)
  if (address === null) throw invalidField('email', FORMAT)
  if ((await erasedFinder(db, addressHash)([address])).size > 0) {
    throw invalidField('email', 'This person was erased and cannot be written to.')
  }
  return address
}

/** What is named; what is absent stays as it is. */
export async function parseFields(input: ContactChange, db: D1Database): Promise<ContactFields> {
  return {
    first_name: nameOf('first_name', input.first_name),
    last_name: nameOf('last_name', input.last_name),
    unsubscribed: input.unsubscribed ?? undefined,
    properties: await parseProperties(input.properties ?? {}, db),
  }
}

/** Ids of segments that a contact can be put into. */
export async function parseSegments(
  given: readonly (string | { id: string })[],
  db: D1Database,
): Promise<string[]> {
  if (given.length === 0) return []
  const ids = given.map((each) => (typeof each === 'string' ? each : each.id).toLowerCase())
  const known = await staticSegments(db, ids)
  const unknown = ids.findIndex((id) => !known.has(id))
  if (unknown === -1) return ids
  throw invalidField(
    `segments[${unknown}]`,
    'There is no segment of this id that members are put into.',
  )
}

export async function parseTopics(
  given: NonNullable<Consent['topics']>,
  db: D1Database,
): Promise<NonNullable<Consent['topics']>> {
  if (given.length === 0) return []
  const known = new Set((await listTopics(db)).map(({ id }) => id))
  return given.map(({ id, subscription }, index) => {
    if (known.has(id.toLowerCase())) return { id: id.toLowerCase(), subscription }
    throw invalidField(`topics[${index}].id`, 'There is no topic of this id.')
  })
}

async function parseProperties(
  given: Record<string, string | number | boolean | null>,
  db: D1Database,
): Promise<Record<string, string | number | null>> {
  const entries = Object.entries(given)
  if (entries.length === 0) return {}
  if (entries.length > MAX_PROPERTIES) {
    throw invalidField('properties', `At most ${MAX_PROPERTIES}.`)
  }
  const declared = await declaredProperties(db)
  return Object.fromEntries(
    entries.map(([key, value]) => {
      const field = `properties.${key.slice(0, 50)}`
      if (!PROPERTY_KEY.test(key)) {
        throw invalidField(field, 'A key has 1 to 50 ASCII letters, digits and underscores.')
      }
      const fault = propertyFault(value, declared.get(key)?.type ?? null)
      if (fault !== null) throw invalidField(field, fault)
      return [key, keptProperty(value)]
    }),
  )
}

function nameOf(field: string, given: string | null | undefined): string | null | undefined {
  if (given === undefined || given === null) return given
  return parseLine(field, given, MAX_NAME).trim() || null
}
