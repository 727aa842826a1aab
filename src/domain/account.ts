/** What SES says about the account in one region (GetAccount). All counts are recipients. */
export interface AccountState {
  /** Recipients per second. */
  maxSendRate: number
  /** Recipients in any 24 hours; -1: unlimited. */
  max24HourSend: number
  sentLast24Hours: number
  /** False: paused, by AWS or by the owner. */
  sendingEnabled: boolean
  /** HEALTHY, PROBATION or SHUTDOWN. */
  enforcementStatus: string
  /** False: still in the sandbox, which sends only to verified addresses. */
  production: boolean
}

/** Why the account may not send at all, or null. */
export function accountStop(account: AccountState): string | null {
  if (account.enforcementStatus === 'SHUTDOWN') return 'account shut down'
  if (!account.sendingEnabled || account.maxSendRate <= 0) return 'account paused'
  return null
}
