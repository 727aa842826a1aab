import { beforeAll, expect, test } from 'vitest'
import type { Shot } from './attack-request.ts'
import { type JsonText, jsonTexts } from './malformed-json.ts'
import { naughtyStrings } from './naughty-strings.ts'
import { documentedPlaces, pathWith } from './documented-places.ts'
import { type Place, places } from './places.ts'
import { aTarget, type Target } from './target.ts'

const STRINGS = naughtyStrings()
const TEXTS = jsonTexts()
/**
 * Each place gets every nth string and each string every nth place, and each route a part of the texts
 * as well; 1 (at night) is all of them.
 */
const SHARE = Number(import.meta.env['VITE_FUZZ_SHARE'] ?? 100)
const TEXTS_SHARE = Math.ceil(SHARE / 5)

let target: Target
let everywhere: Place[]
beforeAll(async () => {
  target = await aTarget()
  everywhere = [...places(target), ...documentedPlaces(target)]
}, 60_000)

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

test('the places are those of all routes that the application has, each by a name of its own', () => {
  expect(target.routes.length).toBeGreaterThan(60)
  for (const { method, path } of target.routes) {
    const own = everywhere.filter(({ name }) => name.startsWith(`${method} ${path} `))
    const mayBeNone = method === 'GET' && !path.includes('{')
    expect(own.length > 0 || mayBeNone, `${method} ${path}`).toBe(true)
  }
  expect(everywhere.length).toBeGreaterThan(500)
})

test('no naughty string in any place breaks anything', async () => {
  const broken: unknown[] = []
  for (const [s, { kind, text }] of STRINGS.entries()) {
    for (const [p, place] of everywhere.entries()) {
      if ((s + p) % SHARE !== 0) continue
      const { status, body, changed } = await answerTo(await place.with(text))
      if (status >= 500 || changed) broken.push({ place: place.name, kind, text, status, body })
    }
  }
  expect(broken).toEqual([])
}, 3_600_000)

test('no route takes a text that is no JSON for JSON', async () => {
  const routes = [
    ...target.routes
      .filter(({ json, takesLines }) => json !== null || takesLines)
      .map((route) => ({ ...route, path: pathWith(route, target.ids) })),
    { method: 'POST', path: '/sns', takesLines: false },
  ]
  const broken: unknown[] = []
  for (const [r, { method, path, takesLines }] of routes.entries()) {
    for (const [t, text] of TEXTS.entries()) {
      if ((t + r) % TEXTS_SHARE !== 0) continue
      const answer = await answerTo({ path, init: { method, body: text.bytes } })
      if (!isFitting(text, takesLines, answer)) {
        broken.push({ route: `${method} ${path}`, text: text.name, ...answer })
      }
    }
  }
  expect(broken).toEqual([])
}, 3_600_000)

/** Nobody looks at a body for an object that is not there. Uploads are answered line by line, and a draft's `send` may have no body at all. */
function isFitting(
  { is }: JsonText,
  takesLines: boolean,
  { status, body, changed }: Answer,
): boolean {
  if (status >= 500 || changed) return false
  if (is !== 'n') return true
  return takesLines ? !/"accepted":[1-9]/.test(body) : status === 400 || status === 404
}

test('no log line held an address, a subject, a body, a token or a key', () => {
  expect(target.canaries.lines()).toBeGreaterThan(100)
  expect(target.canaries.leaked()).toEqual([])
})
