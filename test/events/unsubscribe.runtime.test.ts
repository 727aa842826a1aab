import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { emailIdOf } from '../../src/db/broadcasts/upload-recipients.ts'
import { signUnsubscribe } from '../../src/token/unsubscribe-token.ts'
import { aBroadcast } from '../support/a-broadcast.ts'
import { anEventsDoor, TOKEN_KEYS } from '../support/an-events-door.ts'

const ADDRESS = 'person0@customer.dev'
const URLENCODED = 'application/x-www-form-urlencoded'

/** The link of a new broadcast to one person, who is nowhere else. */
async function aLink(topicId: string | null = null) {
  await env.DB.prepare('DELETE FROM unsubscribes').run()
  const broadcast = await aBroadcast(1, { topic_id: topicId })
  const emailId = emailIdOf(broadcast, ADDRESS)
  const path = `/u/${signUnsubscribe({ address: ADDRESS, emailId, topicId }, TOKEN_KEYS)}`
  return { broadcast, emailId, path }
}

async function left() {
  const { results } = await env.DB.prepare('SELECT address, topic_id FROM unsubscribes').all()
  return results
}

function posted(body: string, type: string | null = URLENCODED): RequestInit {
  const bytes = new TextEncoder().encode(body)
  return { method: 'POST', body: bytes, headers: type === null ? {} : { 'content-type': type } }
}

const ONE_CLICK = posted('List-Unsubscribe=One-Click')
const PART = 'Content-Disposition: form-data; name="List-Unsubscribe"'

const multipart = (part: string, boundary = '----b0undary') =>
  posted(
    `--${boundary}\r\n${part}\r\n\r\nOne-Click\r\n--${boundary}--\r\n`,
    `multipart/form-data; boundary="${boundary}"`,
  )

test.each([
  ['urlencoded', ONE_CLICK],
  [
    'urlencoded with a charset',
    posted('List-Unsubscribe=One-Click', `${URLENCODED}; charset=UTF-8`),
  ],
  ['urlencoded with a line end', posted('List-Unsubscribe=One-Click\r\n')],
  ['urlencoded among other fields', posted('a=1&List-Unsubscribe=One-Click&b=2')],
  ['urlencoded in lower case', posted('List-Unsubscribe=one-click')],
  ['urlencoded without a content type', posted('List-Unsubscribe=One-Click', null)],
  ['multipart', multipart(PART)],
  ['multipart with a typed part', multipart(`${PART}\r\nContent-Type: text/plain`)],
  ['multipart with a plain boundary', multipart(PART, 'x')],
])('a provider takes a recipient out, %s', async (_, request) => {
  const { broadcast, path } = await aLink()
  const door = await anEventsDoor()
  const response = await door.fetch(path, request)
  expect(response.status).toBe(200)
  expect(await response.text()).toContain('You have unsubscribed')
  expect(await left()).toEqual([{ address: ADDRESS, topic_id: '' }])
  const counter = 'SELECT unsubscribed FROM broadcasts WHERE id = ?1'
  expect(await env.DB.prepare(counter).bind(broadcast).first('unsubscribed')).toBe(1)
  expect(door.jobs).toEqual([])
})

test('a form posted by fetch takes a recipient out', async () => {
  const { path } = await aLink()
  const body = new FormData()
  body.set('List-Unsubscribe', 'One-Click')
  const door = await anEventsDoor()
  expect((await door.fetch(path, { method: 'POST', body })).status).toBe(200)
  expect(await left()).toHaveLength(1)
})

test('the button of our own page takes a recipient out', async () => {
  const { path } = await aLink()
  const door = await anEventsDoor()
  const page = await (await door.fetch(path)).text()
  expect(page).toMatch(/<form method="post">/)
  const [, name = '', value = ''] =
    /<input type="hidden" name="(.*?)" value="(.*?)"/.exec(page) ?? []
  const headers = { 'content-type': URLENCODED, origin: 'null', 'sec-fetch-site': 'same-origin' }
  const body = new URLSearchParams({ [name]: value }).toString()
  const response = await door.fetch(path, { method: 'POST', body, headers })
  expect([response.status, await left()]).toEqual([200, [{ address: ADDRESS, topic_id: '' }]])
})

test('a link of a topic takes out of that topic only', async () => {
  const { path } = await aLink('weekly')
  const door = await anEventsDoor()
  expect(await (await door.fetch(path)).text()).toContain('newsletters on this topic')
  await door.fetch(path, ONE_CLICK)
  expect(await left()).toEqual([{ address: ADDRESS, topic_id: 'weekly' }])
})

test('repeated, and several at once, every answer is the same', async () => {
  const { path } = await aLink()
  const door = await anEventsDoor()
  const answers = await Promise.all([1, 2, 3].map(() => door.fetch(path, ONE_CLICK)))
  answers.push(await door.fetch(path, ONE_CLICK))
  const seen = await Promise.all(answers.map(async (each) => [each.status, await each.text()]))
  expect(new Set(seen.map((each) => JSON.stringify(each)))).toHaveLength(1)
  expect(seen[0]?.[0]).toBe(200)
  expect(await left()).toHaveLength(1)
})

test.each([
  ['GET', {}],
  ['HEAD', { method: 'HEAD' }],
  ['POST', ONE_CLICK],
  ['empty POST', { method: 'POST' }],
  ['PUT', { method: 'PUT' }],
])('a %s is not redirected and no cookie is set', async (_, request) => {
  const { path } = await aLink()
  const door = await anEventsDoor()
  for (const asked of [path, path.slice(0, -1)]) {
    const { status, headers } = await door.fetch(asked, request)
    expect(Math.floor(status / 100)).not.toBe(3)
    expect([headers.get('set-cookie'), headers.get('location')]).toEqual([null, null])
  }
})

test.each([
  ['nothing', 400, posted('')],
  ['another value', 400, posted('List-Unsubscribe=No')],
  ['another field', 400, posted('Unsubscribe=One-Click')],
  ['JSON', 400, posted('{"List-Unsubscribe":"One-Click"}', 'application/json')],
  ['bytes', 400, posted('\u0000\uffff', 'application/octet-stream')],
  ['multipart without a boundary', 400, posted('--x', 'multipart/form-data')],
  ['multipart that ends early', 400, posted(`--x\r\n${PART}`, 'multipart/form-data; boundary=x')],
  ['a file', 400, multipart(`${PART}; filename="a.txt"`)],
  ['too much', 413, posted(`List-Unsubscribe=One-Click&a=${'a'.repeat(9000)}`)],
])('a POST of %s changes nothing and shows the button', async (_, status, request) => {
  const { path } = await aLink()
  const door = await anEventsDoor()
  const response = await door.fetch(path, request)
  expect([response.status, await left()]).toEqual([status, []])
  expect(await response.text()).toContain('<button')
})

test('while D1 is away the provider is told to come again, and can', async () => {
  const { path } = await aLink()
  const door = await anEventsDoor()
  door.database.away = true
  const away = await door.fetch(path, ONE_CLICK)
  expect([away.status, away.headers.get('retry-after')]).toEqual([503, '60'])
  expect(await away.text()).toMatch(/Please try again[^]*<button/)
  expect((await door.fetch(path)).status).toBe(200)
  door.database.away = false
  expect((await door.fetch(path, ONE_CLICK)).status).toBe(200)
  expect(await left()).toHaveLength(1)
})

test('the page tells nobody the address, the token or where it was', async () => {
  const { path } = await aLink()
  const door = await anEventsDoor()
  const response = await door.fetch(path)
  const page = await response.text()
  expect(page).toContain('p***@customer.dev')
  expect(page).not.toContain(ADDRESS)
  expect(page).not.toContain(path)
  expect(page).not.toMatch(/<script|<link|<img|src=|href=|\son\w+=/i)
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'text/html; charset=UTF-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-robots-tag': 'noindex',
  })
})

test('its own style is all that the page may load', async () => {
  const { path } = await aLink()
  const door = await anEventsDoor()
  const response = await door.fetch(path)
  const [, style = ''] = /<style>([^]*?)<\/style>/.exec(await response.text()) ?? []
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(style))
  const hash = Buffer.from(digest).toString('base64')
  expect(response.headers.get('content-security-policy')).toBe(
    `default-src 'none'; style-src 'sha256-${hash}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
  )
})

test('what an address may hold is encoded', async () => {
  const address = `&'{lt}@customer.dev`
  const leaving = { address, emailId: crypto.randomUUID(), topicId: null }
  const door = await anEventsDoor()
  const page = await (await door.fetch(`/u/${signUnsubscribe(leaving, TOKEN_KEYS)}`)).text()
  expect(page).toContain('<strong>&amp;***@customer.dev</strong>')
})
