import type { NewSuppression } from '../db/suppressions/suppression.ts'
import { normalAddress } from '../domain/address.ts'
import { suppressionId } from '../domain/suppression-id.ts'
import type { SuppressionLine } from '../domain/suppression-line.ts'
import { invalidField } from '../http/errors.ts'

/** With the id that its address has, and made now unless the line says when. */
export async function newSuppression(
  { createdAt, ...line }: SuppressionLine,
  now: number,
): Promise<NewSuppression> {
  const id = await suppressionId(line.address)
  return { id, ...line, createdAt: Math.min(createdAt ?? now, now) }
}

export function addressField(field: string, given: string): string {
  const address = normalAddress(given)
  if (address !== null) return address
  throw invalidField(field, 'It is not an address that mail can be sent to.')
}
