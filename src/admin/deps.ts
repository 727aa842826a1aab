import type { Identities } from '../aws/identities.ts'
import type { Tracking } from '../domain/sending-domain.ts'

/** All that the role leans on, by value. */
export interface AdminDeps {
  db: D1Database
  /** What SES knows of domains. */
  identities: Identities
  /** Epoch milliseconds. */
  now: () => number
  random: (bytes: number) => Uint8Array
  settings: {
    region: string
    /** What is suppressed and let go here is told to SES's account list. */
    mirrorSuppressions: boolean
    tracking: Tracking
  }
}
