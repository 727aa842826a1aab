import type { Files } from '../files/files.ts'

/** All that the role leans on, by value. */
export interface AudienceDeps {
  db: D1Database
  files: Pick<Files, 'remove'>
  /** Keyed, of an address: how an erased person is known again. */
  addressHash: (address: string) => string
  /** Epoch milliseconds. */
  now: () => number
  random: (bytes: number) => Uint8Array
}
