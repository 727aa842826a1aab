import { RECIPIENTS_A_CALL } from './ses-limits.ts'

/** The first few go, then a wait, then the rest. */
export type Canary = ({ count: number } | { percent: number }) & { wait_seconds: number }

/** How many ranges the canary is: whole ones, at least one. */
export function canaryRanges(canary: Canary, audience: number): number {
  const recipients = 'count' in canary ? canary.count : (audience * canary.percent) / 100
  return Math.max(1, Math.ceil(recipients / RECIPIENTS_A_CALL))
}

/** When the rest may go: null while the canary is not all sent. */
export function canaryEndsAt(canary: Canary, sentAt: number | null): number | null {
  return sentAt === null ? null : sentAt + canary.wait_seconds * 1000
}
