import { isbot } from 'isbot'
import type { MailEvent } from '../domain/event.ts'
import { classifyOpen } from '../domain/open-class.ts'

/** Says of an open or a click who it was; what that was derived from stays beside it. */
export function withActor(event: MailEvent): MailEvent {
  if (event.type !== 'open' && event.type !== 'click') return event
  const { isBotEvent, userAgent } = event
  const { actor, reason } = classifyOpen({ isBotEvent, userAgent, knownRobot: isbot(userAgent) })
  return { ...event, actor, actorReason: reason }
}
