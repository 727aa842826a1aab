import { Hono } from 'hono'
import { verifyClick } from '../token/click-token.ts'
import { recordClick, redirection } from './click.ts'
import { pixel, type PixelDeps, recordLoad } from './pixel.ts'
import { type SnsDeps, takeSns } from './sns.ts'
import { PAGE_HEADERS, unknownLinkPage } from './unsubscribe-page.ts'
import { createUnsubscribe, type UnsubscribeDeps } from './unsubscribe.ts'

export type EventsDeps = SnsDeps & PixelDeps & UnsubscribeDeps

const PIXELS = '/o/'
const LINKS = '/c/'

/** What the world tells us: `POST /sns`, `GET /o/<token>.gif`, `GET /c/<token>`, `GET` and `POST /u/<token>`. */
export function createEvents(deps: EventsDeps): Hono {
  const app = new Hono()

  app.post('/sns', async (c) => {
    const { status, body } = await takeSns(c.req.raw, deps)
    return c.json(body, status)
  })
  app.all('/sns', (c) => c.json({ error: 'SNS posts' }, 405, { allow: 'POST' }))

  app.get(`${PIXELS}*`, (c) => {
    // A HEAD shows nobody anything, so it is answered and not counted.
    if (c.req.method === 'GET') {
      const token = c.req.path.slice(PIXELS.length).replace(/\.gif$/, '')
      c.executionCtx.waitUntil(recordLoad(token, c.req.raw.headers, deps))
    }
    return pixel()
  })
  app.all(`${PIXELS}*`, (c) => c.body(null, 405, { allow: 'GET, HEAD' }))

  app.get(`${LINKS}*`, (c) => {
    const followed = verifyClick(c.req.path.slice(LINKS.length), deps.tokenKeys)
    if (followed === null) {
      console.info('link with an unknown token')
      return c.html(unknownLinkPage(), 404, PAGE_HEADERS)
    }
    // A HEAD looks where a link leads, and follows it not.
    if (c.req.method === 'GET') {
      c.executionCtx.waitUntil(recordClick(followed, c.req.raw.headers, deps))
    }
    return redirection(followed)
  })
  app.all(`${LINKS}*`, (c) => c.body(null, 405, { allow: 'GET, HEAD' }))

  app.route('/u', createUnsubscribe(deps))

  app.onError((error, c) => {
    console.error('event not taken', { reason: String(error) })
    return c.json({ error: 'not now' }, 503)
  })
  return app
}
