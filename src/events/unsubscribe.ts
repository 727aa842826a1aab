import { type Context, Hono } from 'hono'
import type { Consent } from '../db/audience/consent.ts'
import type { Preferences } from '../db/audience/preferences.ts'
import type { Leaving } from '../domain/leaving-bytes.ts'
import type { TokenKey } from '../token/token.ts'
import { verifyUnsubscribe } from '../token/unsubscribe-token.ts'
import { type Chosen, readOneClick } from './one-click.ts'
import {
  leftPage,
  notNowPage,
  preferencesPage,
  PAGE_HEADERS,
  questionPage,
  unknownLinkPage,
} from './unsubscribe-page.ts'

export interface UnsubscribeDeps {
  tokenKeys: readonly TokenKey[]
  /** Not through the queue: who leaves must not get the next email a second later. */
  unsubscribe: (leaving: Leaving, how: { now: number; recording: string }) => Promise<boolean>
  readPreferences: (address: string, topicId: string | null) => Promise<Preferences>
  savePreferences: (address: string, consent: Consent, now: number) => Promise<void>
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

  app.get('/:token', async (c) => {
    const leaving = verifyUnsubscribe(c.req.param('token'), deps.tokenKeys)
    if (leaving === null) return unknownLink(c)
    return c.html(questionPage(leaving, await known(leaving)), 200, PAGE_HEADERS)
  })

  app.post('/:token', async (c) => {
    const leaving = verifyUnsubscribe(c.req.param('token'), deps.tokenKeys)
    if (leaving === null) return unknownLink(c)
    const { emailId } = leaving
    const said = await readOneClick(c.req.raw)
    if (typeof said === 'object') {
      await choose(leaving, said)
      console.info('recipient chose', { emailId })
      return c.html(preferencesPage(leaving, await known(leaving)), 200, PAGE_HEADERS)
    }
    if (said !== 'one click') {
      console.warn('unsubscribe without its field', { emailId, said })
      return c.html(questionPage(leaving, null), said === 'too large' ? 413 : 400, PAGE_HEADERS)
    }
    const recording = `unsubscribe:${deps.newId()}`
    const isNew = await deps.unsubscribe(leaving, { now: deps.now(), recording })
    console.info('recipient unsubscribed', { emailId, isNew })
    return c.html(leftPage(leaving, await known(leaving)), 200, PAGE_HEADERS)
  })

  app.all('/:token', (c) => c.body(null, 405, { allow: 'GET, HEAD, POST' }))
  app.all('*', unknownLink)

  app.onError((error, c) => {
    console.error('unsubscribe not recorded', { reason: String(error) })
    return c.html(notNowPage(), 503, { ...PAGE_HEADERS, 'retry-after': String(RETRY_SECONDS) })
  })
  return app

  /** The page can do without. */
  async function known({ address, topicId, emailId }: Leaving): Promise<Preferences | null> {
    try {
      return await deps.readPreferences(address, topicId)
    } catch (error) {
      console.warn('preferences not read', { emailId, reason: String(error) })
      return null
    }
  }

  /** What is left is told as by the link itself; what was not shown stays as it is. */
  async function choose(leaving: Leaving, { topics, none }: Chosen): Promise<void> {
    const { address, topicId } = leaving
    const before = await deps.readPreferences(address, topicId)
    const now = deps.now()
    const leave = (id: string | null) =>
      deps.unsubscribe(
        { ...leaving, topicId: id },
        { now, recording: `unsubscribe:${deps.newId()}` },
      )
    const chosen = new Set(topics)
    const joined = before.topics.filter(({ id, subscribed }) => !subscribed && chosen.has(id))
    const returns = before.unsubscribed && !none
    for (const { id, subscribed } of before.topics) {
      if (subscribed && !chosen.has(id)) await leave(id)
    }
    if (none && !before.unsubscribed) await leave(null)
    if (joined.length === 0 && !returns) return
    const consent: Consent = {
      topics: joined.map(({ id }) => ({ id, subscription: 'opt_in' })),
      ...(returns && { unsubscribed: false }),
    }
    await deps.savePreferences(address, consent, now)
  }
}

function unknownLink(c: Context): Response | Promise<Response> {
  console.info('unsubscribe link with an unknown token')
  return c.html(unknownLinkPage(), 404, PAGE_HEADERS)
}
