import { normalAddress } from '../domain/address.ts'
import { UUID } from '../domain/id.ts'
import type { ApiContext } from '../http/endpoint.ts'
import { notFound } from '../http/errors.ts'

/** What the path names. Throws for what can be neither an id nor an address. */
export function namedSuppression(c: ApiContext): { id: string } | { address: string } {
  const given = c.req.param('id') ?? ''
  const id = given.toLowerCase()
  if (UUID.test(id)) return { id }
  const address = normalAddress(given)
  if (address === null) throw notFound('Suppression')
  return { address }
}
