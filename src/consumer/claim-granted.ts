import type { EmailRange } from '../db/chosen.ts'
import { type Claimed, claimEmails } from '../db/claim-emails.ts'
import type { Grant } from '../governor/pace.ts'
import type { Invocation } from './sending.ts'

/**
 * Claims as much as the Governor has granted. If that fails the grant goes back: an hour without D1
 * must not spend the quota of a day.
 */
export async function claimGranted(
  wanted: { ids: string[] } | { ranges: EmailRange[]; limit: number },
  { granted, at }: Pick<Grant, 'granted' | 'at'>,
  { db, sending, governor, now }: Invocation,
): Promise<Claimed> {
  const { newToken, settings } = sending
  try {
    return await sending.dbSlots(() =>
      claimEmails(db, { ...wanted, now: now(), token: newToken(), leaseMs: settings.leaseMs }),
    )
  } catch (error) {
    await governor.giveBack({ recipients: granted, at })
    throw error
  }
}
