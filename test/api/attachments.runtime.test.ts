import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { anApi, anEmail, contentOf, counts } from '../support/an-api.ts'

const HI = [104, 105]

async function stored(fields: object, fetch?: typeof globalThis.fetch) {
  const api = await anApi(fetch === undefined ? {} : { fetch })
  const { status, json } = await api.call('POST', '/emails', anEmail({ attachments: [fields] }))
  expect([status, json['name']]).toEqual([200, undefined])
  const content = await contentOf(json['id'])
  const [attachment]: { file: string }[] = JSON.parse(String(content['attachments']))
  const file = await env.FILES.get(attachment?.file ?? '')
  return { attachment, bytes: [...new Uint8Array((await file?.arrayBuffer()) ?? [])] }
}

test.each([
  ['base64', 'aGk='],
  ['base64 in lines', 'aG\r\nk=\r\n'],
  ['a Buffer as JSON', { type: 'Buffer', data: HI }],
  ['a list of bytes', HI],
  ['a Buffer as older clients nest it', { type: 'Buffer', data: 'aGk=' }],
])('content as %s is stored as bytes', async (_, content) => {
  const { bytes, attachment } = await stored({ filename: 'a.txt', content })
  expect(bytes).toEqual(HI)
  expect(attachment).toMatchObject({
    filename: 'a.txt',
    content_type: 'text/plain; charset=utf-8',
    content_id: null,
    size: 2,
  })
})

test('text that is not base64 stands for itself', async () => {
  const ics = 'BEGIN:VCALENDAR\r\nSUMMARY:Käse\r\nEND:VCALENDAR'
  const { bytes } = await stored({ filename: 'a.ics', content: ics })
  expect(new TextDecoder().decode(Uint8Array.from(bytes))).toBe(ics)
})

test('an empty file is a file', async () => {
  expect((await stored({ filename: 'a.txt', content: '' })).bytes).toEqual([])
})

test.each([
  [{ content_type: 'text/csv; charset="utf-8"', content_id: 'img1@inline' }],
  [{ contentType: 'text/csv; charset="utf-8"', inline_content_id: '<img1@inline>' }],
])('%j is type and inline id', async (fields) => {
  const { attachment } = await stored({ filename: 'a.csv', content: 'aGk=', ...fields })
  expect(attachment).toMatchObject({
    content_type: 'text/csv; charset="utf-8"',
    content_id: 'img1@inline',
  })
})

test('a path is fetched, its redirects followed by hand', async () => {
  const asked: [unknown, unknown][] = []
  const fetch: typeof globalThis.fetch = async (input, init) => {
    asked.push([input, init?.redirect])
    return asked.length < 4
      ? new Response(null, {
          status: 302,
          headers: { location: `/to/${asked.length}/r%C3%A9sum%C3%A9.pdf` },
        })
      : new Response('hi', { headers: { 'content-type': 'application/pdf' } })
  }
  const { bytes, attachment } = await stored(
    { path: 'https://cdn.acme.dev/r%C3%A9sum%C3%A9.pdf' },
    fetch,
  )
  expect(bytes).toEqual(HI)
  expect(attachment).toMatchObject({ filename: 'résumé.pdf', content_type: 'application/pdf' })
  expect(asked.map(([url]) => url)).toEqual([
    'https://cdn.acme.dev/r%C3%A9sum%C3%A9.pdf',
    'https://cdn.acme.dev/to/1/r%C3%A9sum%C3%A9.pdf',
    'https://cdn.acme.dev/to/2/r%C3%A9sum%C3%A9.pdf',
    'https://cdn.acme.dev/to/3/r%C3%A9sum%C3%A9.pdf',
  ])
  expect(new Set(asked.map(([, redirect]) => redirect))).toEqual(new Set(['manual']))
})

const endless = () =>
  new Response(
    new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(1024 * 1024)),
    }),
  )
const to = (location: string) => new Response(null, { status: 302, headers: { location } })

test.each([
  ['answers 404', () => new Response('no', { status: 404 })],
  ['redirects inside', () => to('http://127.0.0.1/')],
  ['redirects to a name inside', () => to('http://metadata.google.internal/')],
  ['redirects to another scheme', () => to('file:///etc/passwd')],
  ['redirects for ever', () => to('https://cdn.acme.dev/again')],
  ['never ends', endless],
  [
    'cannot be reached',
    () => {
      throw new Error('connection refused')
    },
  ],
])('a path that %s is refused and writes nothing', async (_, answer) => {
  let asked = 0
  const api = await anApi({
    fetch: async () => {
      asked++
      return answer()
    },
  })
  const before = await counts()
  const { json } = await api.call(
    'POST',
    '/emails',
    anEmail({ attachments: [{ path: 'https://cdn.acme.dev/a.pdf' }] }),
  )
  expect(json).toMatchObject({
    statusCode: 422,
    name: 'invalid_attachment',
    message: expect.stringContaining('`attachments[0].path`'),
  })
  expect(asked).toBeLessThanOrEqual(4)
  expect(await counts()).toEqual(before)
})

test('one file for a whole batch is fetched once', async () => {
  let asked = 0
  const api = await anApi({
    fetch: async () => {
      asked++
      return new Response('hi')
    },
  })
  const email = anEmail({ attachments: [{ path: 'https://cdn.acme.dev/a.pdf' }] })
  expect((await api.call('POST', '/emails/batch', [email, email])).status).toBe(200)
  expect(asked).toBe(1)
})

test('30 MB in base64 are accepted, 40 MB and a bit are too much', async () => {
  const api = await anApi()
  const base64 = 'A'.repeat(30 * 1024 * 1024)
  const good = await api.call('POST', '/emails', anEmail({ attachments: [{ content: base64 }] }))
  expect(good.status).toBe(200)
  const bad = await api.call(
    'POST',
    '/emails',
    anEmail({ attachments: [{ content: base64 }, { content: base64.slice(0, 11 * 1024 * 1024) }] }),
  )
  expect(bad.json).toMatchObject({ statusCode: 422, name: 'invalid_attachment' })
})

test('a list of more than 8 MB of bytes is refused', async () => {
  const api = await anApi()
  const list = `[${'1,'.repeat(8 * 1024 * 1024)}1]`
  const email = JSON.stringify(anEmail({ attachments: [{ content: 'X' }] })).replace('"X"', list)
  const { json } = await api.call('POST', '/emails', email)
  expect(json).toMatchObject({ statusCode: 422, name: 'invalid_attachment' })
})
