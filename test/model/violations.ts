import { statusOf } from '../../src/domain/state.ts'
import { copies, type World } from './world.ts'

export type Violation =
  | 'two calls of one attempt'
  | 'says that nothing was sent of an accepted email'
  | 'says sent of an email that SES never took'
  | 'ended without a reason'
  | 'open, but no sweep will find it'
  | 'does not end although nothing more goes wrong'

/** What must never be true of a row, whatever happened. */
export function violationsIn(world: World): Violation[] {
  const { email, calledTwice } = world
  const status = statusOf(email.state, email.facts, email.evidence_at)
  const found: Violation[] = []
  if (calledTwice) found.push('two calls of one attempt')
  const denied = status === 'failed' || status === 'canceled' || status === 'suppressed'
  if (denied && copies(world) > 0) found.push('says that nothing was sent of an accepted email')
  if (status === 'sent' && copies(world) === 0) {
    found.push('says sent of an email that SES never took')
  }
  if ((denied || status === 'unknown') && email.reason === null)
    found.push('ended without a reason')
  const open = ['scheduled', 'queued', 'sending', 'in_doubt'].includes(email.state)
  const findable = email.state === 'sending' ? email.lease_until !== null : email.due_at !== null
  if (open && !findable) found.push('open, but no sweep will find it')
  return found
}
