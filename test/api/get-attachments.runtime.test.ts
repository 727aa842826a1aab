import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { anApi, anEmail, NOW } from '../support/an-api.ts'

const HOUR = 60 * 60 * 1000

async function sent() {
  const api = await anApi()
  const { json } = await api.call('POST', '/emails', {
    ...anEmail(),
    attachments: [
      { filename: "Ärger's.html", content: 'PGI+aGk8L2I+', content_type: 'text/html' },
      { filename: 'logo.png', content: 'aGk=', content_id: 'logo' },
    ],
  })
  return { api, id: String(json['id']) }
}

async function download(api: Awaited<ReturnType<typeof anApi>>, url: string): Promise<Response> {
  return await api.fetch(new Request(url))
}

test('the attachments of an email are listed, with links that lead to them for an hour', async () => {
  const { api, id } = await sent()
  const { json } = await api.call('GET', `/emails/${id}/attachments`)
  const [first, second] = Object(json).data
  expect(json).toMatchObject({ object: 'list', has_more: false })
  expect(second).toEqual({
    id: expect.any(String),
    filename: 'logo.png',
    size: 2,
    content_type: 'image/png',
    content_disposition: 'inline',
    content_id: 'logo',
    download_url: expect.stringContaining('https://mail.aerogram.dev/-/attachments/k1.'),
    expires_at: new Date(NOW + HOUR).toISOString(),
  })
  expect(first).toMatchObject({ content_disposition: 'attachment' })
  expect(first).not.toHaveProperty('content_id')
  const one = await api.call('GET', `/emails/${id}/attachments/${second.id}`)
  expect(one.json).toEqual({ object: 'attachment', ...second })

  const file = await download(api, first.download_url)
  expect(file.status).toBe(200)
  expect(Object.fromEntries(file.headers)).toMatchObject({
    'content-type': 'text/html',
    'content-disposition': "attachment; filename*=UTF-8''%C3%84rger%27s.html",
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  })
  expect(await file.text()).toBe('<b>hi</b>')
  api.clock.now = NOW + HOUR
  expect((await download(api, first.download_url)).status).toBe(404)
})

test('no other link leads anywhere', async () => {
  const { api, id } = await sent()
  const { json } = await api.call('GET', `/emails/${id}/attachments`)
  const url: string = Object(json).data[0].download_url
  for (const other of [url.slice(0, -1), `${url}A`, url.replace('k1.', 'k2.'), `${url}/x`]) {
    expect((await download(api, other)).status).toBe(404)
  }
  await env.FILES.delete((await env.FILES.list()).objects.map(({ key }) => key))
  expect((await download(api, url)).status).toBe(404)
})

test('what is not there is not found', async () => {
  const { api, id } = await sent()
  const nobody = crypto.randomUUID()
  expect((await api.call('GET', `/emails/${nobody}/attachments`)).json).toMatchObject({
    message: 'Email not found',
  })
  expect((await api.call('GET', `/emails/${id}/attachments/${nobody}`)).json).toMatchObject({
    message: 'Attachment not found',
  })
  await env.DB.exec(`UPDATE contents SET attachments = '[]'`)
  expect((await api.call('GET', `/emails/${id}/attachments`)).json['data']).toEqual([])
})

test.each([
  'GET /automations',
  'POST /events/send',
  'GET /events',
  'GET /inboxes/x/threads',
  'POST /oauth/grants',
  'DELETE /oauth/grants/x',
  'GET /emails/receiving',
  'DELETE /emails/receiving',
  'GET /emails/receiving/x',
  'GET /emails/receiving/x/attachments/y',
  'POST /emails/receiving/x/cancel',
  'GET /logs',
  'GET /usage',
  'POST /emails/x/share',
  'POST /domains/claim',
  'GET /domains/x/claim',
  'POST /domains/x/claim/verify',
])('%s is not served', async (call) => {
  const [method = '', path = ''] = call.split(' ')
  const api = await anApi()
  expect((await api.call(method, path)).json).toEqual({
    statusCode: 404,
    name: 'not_found',
    message: 'The requested endpoint does not exist.',
  })
})
