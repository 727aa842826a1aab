import { createServer } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { anEndpoint } from './endpoint.ts'
import { anEmail } from './requests.ts'
import { aSimulator, everythingSetUp } from './running.ts'
import { until } from './until.ts'

const SEND = '/v2/email/outbound-emails'

async function anImageServer() {
  const loads: { path: string; userAgent: string }[] = []
  const server = createServer((request, response) => {
    loads.push({ path: request.url ?? '', userAgent: request.headers['user-agent'] ?? '' })
    response.writeHead(200, { 'Content-Type': 'image/gif' }).end('GIF89a')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return { url: `http://127.0.0.1:${port}`, loads }
}

function withHtml(html: string, over: object = {}) {
  const Simple = { Subject: { Data: 'Hello' }, Body: { Html: { Data: html } } }
  return anEmail({ Content: { Simple }, ...over })
}

async function ready() {
  const simulator = await aSimulator()
  const endpoint = await anEndpoint()
  await everythingSetUp(simulator, endpoint)
  return { ...simulator, endpoint }
}

test('who opens loads the images of this machine, and SES tells of it', async () => {
  const { rawSes, control, endpoint, ledger } = await ready()
  const images = await anImageServer()
  const html = `<body><img src="${images.url}/o/a.gif?x=1&amp;y=2"><img src="https://example.com/far.gif"></body>`
  const { text } = await rawSes(SEND, withHtml(html))
  await until(() => endpoint.events('Delivery').length === 1)
  const sesMessageId = JSON.parse(text).MessageId
  expect(await control('person', { sesMessageId, does: 'open', p: 1 })).toEqual({
    status: 200,
    json: { emails: 1, images: 1, events: 1 },
  })
  expect(images.loads).toEqual([
    { path: '/o/a.gif?x=1&y=2', userAgent: expect.stringMatching(/^Mozilla\/5\.0 .+Safari/) },
  ])
  await until(() => endpoint.events('Open').length === 1)
  expect(endpoint.events('Open')[0]).toMatchObject({
    open: { ipAddress: '203.0.113.7', isBotEvent: 'Unlikely' },
    mail: { tags: { aerogram_attempt: ['attempt_1'] } },
  })
  expect((await ledger()).people).toMatchObject([{ sesMessageId, does: 'open', images: 1 }])
})

test('who clicks follows a link of the html', async () => {
  const { rawSes, control, endpoint } = await ready()
  await rawSes(SEND, withHtml(`<a href='https://example.com/?a=1&amp;b=2'>x</a>`))
  await until(() => endpoint.events('Delivery').length === 1)
  await control('person', { sesMessageId: 'all', does: 'click' })
  await until(() => endpoint.events('Click').length === 1)
  expect(endpoint.events('Click')[0]).toMatchObject({
    click: { link: 'https://example.com/?a=1&b=2' },
  })
})

test('tracking switched off by the call leaves neither pixel nor Open', async () => {
  const { rawSes, control, endpoint } = await ready()
  const off = {
    Tracking: { OpenTrackingEnabled: 'DISABLED', ClickTrackingEnabled: 'DISABLED' },
  }
  await rawSes(SEND, withHtml('<body>on</body>'))
  await rawSes(SEND, withHtml('<body>off</body>', { ConfigurationOverrides: off }))
  await until(() => endpoint.events('Delivery').length === 2)
  expect((await control('inbox.json')).json).toMatchObject({
    emails: [
      { html: '<body>off</body>' },
      {
        html: expect.stringMatching(
          /^<body>on<img alt="" src="https:\/\/[0-9a-f]{8}\.r\.eu-west-1\.awstrack\.me\/I0\/.+"><\/body>$/,
        ),
      },
    ],
  })
  expect((await control('person', { sesMessageId: 'all', does: 'open' })).json).toEqual({
    emails: 2,
    images: 0,
    events: 1,
  })
})

test('who complains is not written to again', async () => {
  const { rawSes, control, endpoint } = await ready()
  await rawSes(SEND, anEmail())
  await until(() => endpoint.events('Delivery').length === 1)
  await control('person', { sesMessageId: 'all', does: 'complain', p: 1 })
  await until(() => endpoint.events('Complaint').length === 1)
  await rawSes(SEND, anEmail())
  await until(() => endpoint.events('Bounce').length === 1)
  expect(endpoint.events('Bounce')[0]).toMatchObject({
    bounce: { bounceSubType: 'OnAccountSuppressionList' },
  })
})

test('what bounced is opened by nobody, and an unknown email is not found', async () => {
  const { rawSes, control, endpoint } = await ready()
  const to = { Destination: { ToAddresses: ['bounce@simulator.amazonses.com'] } }
  await rawSes(SEND, anEmail(to))
  await until(() => endpoint.events('Bounce').length === 1)
  expect((await control('person', { sesMessageId: 'all', does: 'open' })).json).toMatchObject({
    emails: 0,
  })
  expect((await control('inbox.json')).json).toEqual({ emails: [] })
  expect((await control('person', { sesMessageId: 'x', does: 'open' })).status).toBe(404)
})

test('the inbox shows what strangers wrote as text, and their html without scripts', async () => {
  const { url, rawSes, endpoint } = await ready()
  const Simple = {
    Subject: { Data: '<script>alert(1)</script>' },
    Body: { Html: { Data: '<script>alert(2)</script><p>Hello</p>' }, Text: { Data: '<b>' } },
    Attachments: [{ FileName: '"><i>.txt', RawContent: btoa('abc') }],
  }
  const { text } = await rawSes(SEND, anEmail({ Content: { Simple } }))
  await until(() => endpoint.events('Delivery').length === 1)
  const page = async (path: string) => {
    const response = await fetch(`${url}/_sim/${path}`)
    return { policy: response.headers.get('content-security-policy'), html: await response.text() }
  }
  const list = await page('inbox')
  expect(list.html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
  expect(list.html).not.toContain('<script')
  const one = await page(`inbox/${JSON.parse(text).MessageId}`)
  expect(one.html).toContain('<pre>&lt;b&gt;</pre>')
  expect(one.html).toContain('&quot;&gt;&lt;i&gt;.txt (application/octet-stream, 3 bytes)')
  expect(one.html).toMatch(/<iframe\s+sandbox=""/)
  expect(one.html).not.toContain('<script')
  expect(one.policy).toMatch(/^default-src 'none'/)
  const email = await page(`inbox/${JSON.parse(text).MessageId}/html`)
  expect(email.policy).toMatch(/^sandbox; default-src 'none'/)
  expect(email.html).toContain('<p>Hello</p>')
  expect((await page(`inbox?to=${encodeURIComponent('"><script>')}`)).html).not.toContain('<script')
})
