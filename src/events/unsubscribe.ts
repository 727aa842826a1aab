import { type Context, Hono } from 'hono'
import type { Leaving } from '../domain/leaving-bytes.ts'
import type { TokenKey } from '../token/token.ts'
import { verifyUnsubscribe } from '../token/unsubscribe-token.ts'
import { readOneClick } from './one-click.ts'
import {
  leftPage,
  notNowPage,
  PAGE_HEADERS,
  questionPage,
  unknownLinkPage,
} from './unsubscribe-page.ts'

export interface UnsubscribeDeps {
  tokenKeys: readonly TokenKey[]
  /** Not through the queue: who leaves must not get the next email a second later. */
  unsubscribe: (leaving: Leaving, how: { now: number; recording: string }) => Promise<boolean>
  now: () => number
  newId: () => string
}

/** A provider whose POST was answered 503, and a browser that shows it, may come back after this. */
const RETRY_SECONDS = 60

/**
 * `/<token>`: GET asks and changes nothing, POST takes out, for mail providers and for our own page.
 * The token is the whole right: no cookies, no redirects (RFC 8058 section 3.1).
 */
export function createUnsubscribe(deps: UnsubscribeDeps): Hono {
  const app = new Hono()

  app.get('/:token', (c) => {
    const leaving = verifyUnsubscribe(c.req.param('token'), deps.tokenKeys)
    if (leaving === null) return unknownLink(c)
    return c.html(questionPage(leaving), 200, PAGE_HEADERS)
  })

  app.post('/:token', async (c) => {
    const leaving = verifyUnsubscribe(c.req.param('token'), deps.tokenKeys)
    if (leaving === null) return unknownLink(c)
    const { emailId } = leaving
    const said = await readOneClick(c.req.raw)
    if (said !== 'one click') {
      console.warn('unsubscribe without its field', { emailId, said })
      return c.html(questionPage(leaving), said === 'too large' ? 413 : 400, PAGE_HEADERS)
    }
    const recording = `unsubscribe:${deps.newId()}`
    const isNew = await deps.unsubscribe(leaving, { now: deps.now(), recording })
    console.info('recipient unsubscribed', { emailId, isNew })
    return c.html(leftPage(leaving), 200, PAGE_HEADERS)
  })

  app.all('/:token', (c) => c.body(null, 405, { allow: 'GET, HEAD, POST' }))
  app.all('*', unknownLink)

  app.onError((error, c) => {
    console.error('unsubscribe not recorded', { reason: String(error) })
    return c.html(notNowPage(), 503, { ...PAGE_HEADERS, 'retry-after': String(RETRY_SECONDS) })
  })
  return app
}

function unknownLink(c: Context): Response | Promise<Response> {
  console.info('unsubscribe link with an unknown token')
  return c.html(unknownLinkPage(), 404, PAGE_HEADERS)
}
