import type { MailEvent } from '../domain/event.ts'
import type { FollowedLink } from '../token/click-token.ts'
import { eventTexts } from './event-texts.ts'
import type { PixelDeps } from './pixel.ts'
import { withActor } from './with-actor.ts'

/** To exactly the link that was signed; nobody keeps the answer, so that each click is heard of. */
export function redirection({ link }: FollowedLink): Response {
  return new Response(null, {
    status: 302,
    headers: {
      location: link,
      'cache-control': 'no-store, private',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex',
    },
  })
}

/** Puts a click into the queue. Never throws: the reader is on the way already. */
export async function recordClick(
  followed: FollowedLink,
  headers: Headers,
  deps: PixelDeps,
): Promise<void> {
  const { attempt } = followed
  try {
    const event = withActor(clickOn(followed, headers, deps))
    await deps.queue.enqueue({ version: 1, events: [event] })
    console.info('link followed', { attempt })
  } catch (error) {
    console.error('click lost', { attempt, reason: String(error) })
  }
}

function clickOn({ attempt, link }: FollowedLink, headers: Headers, deps: PixelDeps): MailEvent {
  return {
    type: 'click',
    attempt,
    at: deps.now(),
    recipient: null,
    messageId: null,
    source: 'link',
    loadId: deps.newId(),
    ...eventTexts({
      link,
      ip: headers.get('cf-connecting-ip'),
      userAgent: headers.get('user-agent'),
    }),
  }
}
