import { RECIPIENTS_A_CALL } from '../domain/ses-limits.ts'
import type { Grant } from '../governor/pace.ts'
import type { Invocation } from './sending.ts'

/** Turns that are given at once are claimed together, so long. */
const GATHER_MS = 20
/** One that begins this soon need not be waited for apart from the others. */
const AT_ONCE_MS = 5

/** Several of the Governor's turns: 0 recipients, or all of them from `at` on. */
export interface Turn extends Grant {
  recipients: number
}

export interface Turns {
  /** As many of the wanted recipients as are to be had at once, or one call's that have to wait. */
  next(wanted: number): Promise<Turn>
  /** What was asked for and not taken goes back. */
  end(): Promise<void>
}

/** Turns of one call's recipients each. None is waited for: what a call needs is done meanwhile. */
export function turnsOf({ governor, now }: Pick<Invocation, 'governor' | 'now'>): Turns {
  let ahead: Grant | null = null
  return {
    async next(wanted) {
      const startedAt = now()
      let last: Grant | null = null
      let recipients = 0
      do {
        const want = Math.min(RECIPIENTS_A_CALL, wanted - recipients)
        const grant: Grant = ahead ?? (await governor.ask({ class: 'bulk', want, atLeast: 1 }))
        ahead = null
        if (grant.granted === 0) return { ...(last ?? grant), recipients }
        const waits = grant.at - now() > AT_ONCE_MS
        if (waits && last !== null) {
          ahead = grant
          break
        }
        last = grant
        recipients += grant.granted
        if (waits) break
      } while (recipients < wanted && now() - startedAt < GATHER_MS)
      return { ...last, recipients }
    },
    async end() {
      if (ahead === null) return
      const { granted, at } = ahead
      ahead = null
      await governor.giveBack({ recipients: granted, at })
    },
  }
}
