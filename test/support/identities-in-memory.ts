import type { Identities } from '../../src/aws/identities.ts'
import type { Identity } from '../../src/domain/sending-domain.ts'

export interface IdentitiesInMemory extends Identities {
  /** What SES knows, by domain: tests prove them here. */
  known: Map<string, Identity>
  /** SES answers nothing. */
  away: boolean
}

/** SES's identities as a program sees them. The simulator's own tests hold it to AWS's wire. */
export function identitiesInMemory(): IdentitiesInMemory {
  const known = new Map<string, Identity>()
  const self: IdentitiesInMemory = {
    known,
    away: false,
    async create(domain) {
      if (self.away) return AWAY
      if (domain.endsWith('.invalid')) return { type: 'refused', reason: 'SES takes it not.' }
      if (!known.has(domain)) {
        known.set(domain, {
          dkim: 'PENDING',
          tokens: ['t1', 't2', 't3'],
          mailFrom: null,
          mailFromStatus: 'NOT_STARTED',
        })
      }
      return { type: 'created' }
    },
    async read(domain) {
      if (self.away) return AWAY
      const identity = known.get(domain)
      return identity === undefined ? { type: 'absent' } : { type: 'identity', identity }
    },
    async setMailFrom(domain, mailFrom) {
      if (self.away) return AWAY
      const identity = known.get(domain)
      if (identity === undefined) return { type: 'absent' }
      known.set(domain, { ...identity, mailFrom, mailFromStatus: 'PENDING' })
      return { type: 'set' }
    },
    async remove(domain) {
      if (self.away) return AWAY
      return known.delete(domain) ? { type: 'removed' } : { type: 'absent' }
    },
  }
  return self
}

const AWAY = { type: 'not now', reason: 'TimeoutError' } as const
