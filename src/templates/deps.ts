/** All that the role leans on, by value. */
export interface TemplateDeps {
  db: D1Database
  /** Epoch milliseconds. */
  now: () => number
  random: (bytes: number) => Uint8Array
}
