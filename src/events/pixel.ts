import type { MailEvent } from '../domain/event.ts'
import type { EventQueue } from '../queue/enqueue.ts'
import { verifyOpen } from '../token/open-token.ts'
import type { TokenKey } from '../token/token.ts'
import { eventTexts } from './event-texts.ts'
import { withActor } from './with-actor.ts'

/** One transparent pixel in 43 bytes. */
const GIF = Buffer.from('R0lGODlhAQABAIAAAP///wAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==', 'base64')

export interface PixelDeps {
  tokenKeys: readonly TokenKey[]
  queue: EventQueue
  now: () => number
  /** An id for each load: one load, one event. */
  newId: () => string
}

/** The same answer whatever the token was: it tells nobody whether an email exists. */
export function pixel(): Response {
  return new Response(GIF, {
    headers: {
      'content-type': 'image/gif',
      'content-length': String(GIF.length),
      'cache-control': 'no-store, private',
      'x-content-type-options': 'nosniff',
    },
  })
}

/** Puts a load of our pixel into the queue, if the token is ours. Never throws: nobody waits for it. */
export async function recordLoad(token: string, headers: Headers, deps: PixelDeps): Promise<void> {
  const attempt = verifyOpen(token, deps.tokenKeys)
  if (attempt === null) {
    console.info('pixel with an unknown token')
    return
  }
  try {
    await deps.queue.enqueue({ version: 1, events: [withActor(loadOf(attempt, headers, deps))] })
    console.info('pixel loaded', { attempt })
  } catch (error) {
    console.error('pixel load lost', { attempt, reason: String(error) })
  }
}

function loadOf(attempt: string, headers: Headers, deps: PixelDeps): MailEvent {
  return {
    type: 'open',
    attempt,
    at: deps.now(),
    recipient: null,
    messageId: null,
    source: 'pixel',
    loadId: deps.newId(),
    ...eventTexts({
      ip: headers.get('cf-connecting-ip'),
      userAgent: headers.get('user-agent'),
    }),
  }
}
