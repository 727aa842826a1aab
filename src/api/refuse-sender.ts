import { domainOf } from '../domain/address.ts'
import { ApiError } from '../http/errors.ts'

/** Throws when the key may only send from another domain. `sendsFrom`: null for any. */
export function refuseSender(address: string, sendsFrom: string | null): void {
  if (sendsFrom === null || domainOf(address) === sendsFrom) return
  throw new ApiError(
    403,
    'validation_error',
    `This API key is not authorized to send emails from ${domainOf(address)}.`,
  )
}
