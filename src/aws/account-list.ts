import type { Answer } from '../domain/outcome.ts'
import type { SesCaller } from './ses.ts'

/** `refused`: SES will never take it. `not now`: throttled, or SES is away. */
export type Listing = { type: 'listed' } | { type: 'refused' | 'not now'; reason: string }

/** SES's own suppression list of the account. Source: Amazon SES API v2, PutSuppressedDestination. */
export interface AccountList {
  put(address: string, reason: 'BOUNCE' | 'COMPLAINT'): Promise<Listing>
  /** Well too when the address is not on it. */
  remove(address: string): Promise<Listing>
}

const PATH = '/v2/email/suppression/addresses'

export function accountList(call: SesCaller): AccountList {
  return {
    async put(address, reason) {
      return listing(await call('PUT', PATH, { EmailAddress: address, Reason: reason }))
    },
    async remove(address) {
      const answer = await call('DELETE', `${PATH}/${encodeURIComponent(address)}`)
      const isGone = answer.type === 'answer' && answer.errorType === 'NotFoundException'
      return isGone ? { type: 'listed' } : listing(answer)
    },
  }
}

function listing(answer: Answer): Listing {
  if (answer.type === 'no answer') return { type: 'not now', reason: answer.reason }
  if (answer.status === 200) return { type: 'listed' }
  const isRefused = answer.status === 400 && answer.errorType === 'BadRequestException'
  return { type: isRefused ? 'refused' : 'not now', reason: answer.errorType }
}
