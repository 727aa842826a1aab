/** All that the role leans on, by value. */
export interface AdminDeps {
  db: D1Database
  /** Epoch milliseconds. */
  now: () => number
  random: (bytes: number) => Uint8Array
  settings: {
    /** What is suppressed and let go here is told to SES's account list. */
    mirrorSuppressions: boolean
  }
}
