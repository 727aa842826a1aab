import { beforeAll, expect, test } from 'vitest'
import type { Shot } from './attack-request.ts'
import { type JsonText, jsonTexts } from './malformed-json.ts'
import { naughtyStrings } from './naughty-strings.ts'
import { places } from './places.ts'
import { aTarget, type Target } from './target.ts'

const STRINGS = naughtyStrings()
const TEXTS = jsonTexts()
/**
 * Each place gets every nth string and each string every nth place, and each route a part of the texts
 * as well; 1 (at night) is all of them.
 */
const SHARE = Number(import.meta.env['VITE_FUZZ_SHARE'] ?? 20)
const TEXTS_SHARE = Math.ceil(SHARE / 5)

let target: Target
beforeAll(async () => {
  target = await aTarget()
})

interface Answer {
  status: number
  body: string
  /** After a refusal. */
  changed: boolean
}

/** What is taken may change something, and is taken back. */
async function answerTo({ path, init }: Shot): Promise<Answer> {
  const headers = new Headers(init.headers)
  if (!headers.has('authorization')) headers.set('authorization', `Bearer ${target.nextKey()}`)
  const response = await target.fetch(path, { ...init, headers })
  const body = await response.text()
  if (response.status < 400) {
    if (init.method !== 'GET') await target.tables.restore()
    return { status: response.status, body, changed: false }
  }
  const changed = await target.tables.changed()
  if (changed) await target.tables.restore()
  return { status: response.status, body, changed }
}

test('there are 300 texts and 500 strings at least', () => {
  expect(TEXTS.length).toBeGreaterThanOrEqual(300)
  expect(STRINGS.length).toBeGreaterThanOrEqual(500)
})

test('no naughty string in any place breaks anything', async () => {
  const broken: unknown[] = []
  for (const [s, { kind, text }] of STRINGS.entries()) {
    for (const [p, place] of places(target).entries()) {
      if ((s + p) % SHARE !== 0) continue
      const { status, body, changed } = await answerTo(await place.with(text))
      if (status >= 500 || changed) broken.push({ place: place.name, kind, text, status, body })
    }
  }
  expect(broken).toEqual([])
}, 3_600_000)

const JSON_ROUTES = `
POST /emails
POST /emails/batch
PATCH /emails/EMAIL
POST /-/emails/EMAIL/settle
POST /broadcasts
PATCH /broadcasts/BROADCAST
POST /broadcasts/BROADCAST/send
POST /broadcasts/BROADCAST/test
POST /broadcasts/BROADCAST/resend
POST /broadcasts/BROADCAST/recipients
POST /sns`
  .trim()
  .split('\n')

test.each(JSON_ROUTES)(
  '%s takes no text that is no JSON',
  async (route) => {
    const [method = '', pattern = ''] = route.split(' ')
    const path = pattern
      .replace('EMAIL', String(target.names.get('email')))
      .replace('BROADCAST', String(target.names.get('broadcast')))
    const broken: unknown[] = []
    const turn = JSON_ROUTES.indexOf(route)
    for (const [t, text] of TEXTS.entries()) {
      if ((t + turn) % TEXTS_SHARE !== 0) continue
      const answer = await answerTo({ path, init: { method, body: text.bytes } })
      if (!isFitting(text, route, answer)) broken.push({ name: text.name, ...answer })
    }
    expect(broken).toEqual([])
  },
  120_000,
)

/** Uploads are answered line by line, and a draft's `send` may have no body at all. */
function isFitting({ is }: JsonText, route: string, { status, body, changed }: Answer): boolean {
  if (status >= 500 || changed) return false
  if (is !== 'n') return true
  return route.endsWith('/recipients') ? !/"accepted":[1-9]/.test(body) : status === 400
}

test('no log line held an address, a subject, a body, a token or a key', () => {
  expect(target.canaries.lines()).toBeGreaterThan(100)
  expect(target.canaries.leaked()).toEqual([])
})
