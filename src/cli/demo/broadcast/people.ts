import type { Stack } from '../../stack.ts'
import type { Deeds } from './compare.ts'
import { type Holder, holders, leave } from './leave.ts'
import type { BroadcastView } from './views.ts'

const OPENED_SHARE = 0.1
/** Of the audience sent when people begin to act. */
const SOON = 0.2
/** Emails of the broadcast that are looked at for somebody who leaves through it. */
const LOOKED_AT = 200
const LEAVE_THROUGH_IT = 10

export interface Crowd {
  /** Lets people do what they do at this point of a broadcast that is being sent. */
  see(view: BroadcastView): void
  /** What they did, once all of it is done. */
  deeds(): Promise<Pick<Deeds, 'leftBefore' | 'leftThrough'>>
}

/**
 * Holders of an earlier email leave, half of them while the canary waits, half in the middle; some
 * who have got this broadcast leave and open.
 */
export function crowdOf(stack: Stack, earlier: Holder[]): Crowd {
  const half = Math.ceil(earlier.length / 2)
  const earlierAddresses = new Set(earlier.map(({ email }) => email))
  const acts = {
    first: once(() => leave(earlier.slice(0, half))),
    second: once(() => leave(earlier.slice(half))),
    through: once(async () => {
      const got = await holders(stack, LOOKED_AT)
      const theirs = got.filter(({ email }) => isMember(email) && !earlierAddresses.has(email))
      return await leave(theirs.slice(0, LEAVE_THROUGH_IT))
    }),
    open: once(() =>
      stack.simulator.control('person', { sesMessageId: 'all', does: 'open', p: OPENED_SHARE }),
    ),
  }
  return {
    see({ progress }) {
      const { sent, audience, waiting_for } = progress
      if (waiting_for?.reason === 'canary') void acts.first()
      if (sent < audience * SOON) return
      void acts.second()
      void acts.through()
      void acts.open()
    },
    async deeds() {
      await acts.open()
      return {
        leftBefore: [...(await acts.first()), ...(await acts.second())],
        leftThrough: await acts.through(),
      }
    },
  }
}

/** SES's own mailboxes leave nothing. */
function isMember(email: string): boolean {
  return !email.includes('@simulator.')
}

function once<T>(act: () => Promise<T>): () => Promise<T> {
  let doing: Promise<T> | undefined
  return () => {
    doing ??= act()
    // Awaited at the end; until then a failure waits for it.
    doing.catch(() => {})
    return doing
  }
}
