import { z } from 'zod'
import type { Answer } from '../domain/outcome.ts'
import { type Identity, PROOFS } from '../domain/sending-domain.ts'
import type { SesCaller } from './ses.ts'

/** `refused`: SES says what is wrong with it. `not now`: throttled, or SES is away. */
export type Asked<Good> =
  Good | { type: 'absent' } | { type: 'refused' | 'not now'; reason: string }

/** Domains that SES sends from. Source: Amazon SES API v2, email identities. */
export interface Identities {
  /** Well too when it is there already: whoever made it, it is ours to use. */
  create(domain: string): Promise<Asked<{ type: 'created' }>>
  read(domain: string): Promise<Asked<{ type: 'identity'; identity: Identity }>>
  /** Bounces return to this subdomain of it; asked for again, SES looks for its records again. */
  setMailFrom(domain: string, mailFrom: string): Promise<Asked<{ type: 'set' }>>
  remove(domain: string): Promise<Asked<{ type: 'removed' }>>
}

const PATH = '/v2/email/identities'
/** What SES may say that we do not know is still to be proven. */
const proof = z.enum(PROOFS).catch('PENDING')

const identity = z.object({
  DkimAttributes: z.object({ Status: proof, Tokens: z.array(z.string()).default([]) }),
  MailFromAttributes: z
    .object({ MailFromDomain: z.string().optional(), MailFromDomainStatus: proof.optional() })
    .default({}),
})

export function identities(call: SesCaller): Identities {
  return {
    async create(domain) {
      const answer = await call('POST', PATH, { EmailIdentity: domain })
      const isThere = answer.type === 'answer' && answer.errorType === 'AlreadyExistsException'
      const fault = isThere ? null : faultOf(answer)
      return fault ?? { type: 'created' }
    },
    async read(domain) {
      const answer = await call('GET', of(domain))
      const fault = faultOf(answer)
      if (fault !== null) return fault
      const read = identity.safeParse(answer.type === 'answer' ? answer.body : null)
      if (!read.success) return { type: 'not now', reason: 'SES told of no identity' }
      const { DkimAttributes: dkim, MailFromAttributes: mailFrom } = read.data
      return {
        type: 'identity',
        identity: {
          dkim: dkim.Status,
          tokens: dkim.Tokens,
          mailFrom: mailFrom.MailFromDomain ?? null,
          mailFromStatus: mailFrom.MailFromDomainStatus ?? 'NOT_STARTED',
        },
      }
    },
    async setMailFrom(domain, mailFrom) {
      const answer = await call('PUT', `${of(domain)}/mail-from`, {
        MailFromDomain: mailFrom,
        BehaviorOnMxFailure: 'USE_DEFAULT_VALUE',
      })
      return faultOf(answer) ?? { type: 'set' }
    },
    async remove(domain) {
      return faultOf(await call('DELETE', of(domain))) ?? { type: 'removed' }
    },
  }
}

function of(domain: string): string {
  return `${PATH}/${encodeURIComponent(domain)}`
}

/** Null: SES answered 200. */
function faultOf(
  answer: Answer,
): { type: 'absent' } | { type: 'refused' | 'not now'; reason: string } | null {
  if (answer.type === 'no answer') return { type: 'not now', reason: answer.reason }
  if (answer.status === 200) return null
  if (answer.errorType === 'NotFoundException') return { type: 'absent' }
  const isRefused = answer.status === 400
  return isRefused
    ? { type: 'refused', reason: answer.message }
    : { type: 'not now', reason: answer.errorType }
}
