import { endPauses } from '../db/suppressions/change-suppressions.ts'
import { mirrored, mirrorWishes } from '../db/suppressions/mirror.ts'
import { forgetTransientBounces } from '../db/suppressions/pause.ts'
import type { SweepDeps } from './sweeping.ts'

/** SES takes about one call a second of those that do not send. */
const CALLS = 50

/** Ends pauses that are over, and tells SES's account list what changed. */
export async function sweepSuppressions(deps: SweepDeps): Promise<void> {
  const { db, settings } = deps
  const now = deps.now()
  const ended = await endPauses(db, now)
  if (ended > 0) console.info('pauses of addresses ended', { addresses: ended })
  if (settings.pauseMs !== null) await forgetTransientBounces(db, now - settings.pauseMs)
  await mirror(deps)
}

/** The row is deleted once SES has taken it: a crash in between only repeats the call. */
async function mirror({ db, accountList }: SweepDeps): Promise<void> {
  if (accountList === null) return
  let told = 0
  for (const wish of await mirrorWishes(db, CALLS)) {
    const { address, reason } = wish
    const listing = await (reason === null
      ? accountList.remove(address)
      : accountList.put(address, reason))
    if (listing.type === 'not now') {
      console.warn('account list not told', { reason: listing.reason, told })
      return
    }
    if (listing.type === 'refused') {
      console.error('account list refused an address', { reason: listing.reason })
    }
    await mirrored(db, wish)
    told += 1
  }
  if (told > 0) console.info('account list told', { addresses: told })
}
