import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sendWebhook } from '../../src/webhook/send.ts'

const seen: { headers: Record<string, unknown>; body: string }[] = []
const server = createServer((request, response) => {
  let body = ''
  request.on('data', (chunk: Buffer) => (body += chunk.toString()))
  request.on('end', () => {
    seen.push({ headers: request.headers, body })
    const { url = '' } = request
    if (url === '/moved') response.writeHead(302, { location: '/ok' }).end()
    else if (url === '/gone') response.writeHead(410).end('gone')
    else if (url === '/busy') response.writeHead(503, { 'retry-after': '120' }).end('busy')
    else if (url === '/long') response.end('é'.repeat(5000))
    else if (url === '/drips') response.writeHead(200).write('drop')
    else if (url === '/ok') response.end('ok')
  })
})
let origin = ''
beforeAll(async () => {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  origin = `http://127.0.0.1:${isAddress(address) ? address.port : 0}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

function isAddress(address: string | AddressInfo | null): address is AddressInfo {
  return typeof address === 'object' && address !== null
}

function sent(path: string, timeoutMs = 300) {
  const event = {
    id: 'msg_1_1_0_0',
    body: '{"type":"email.sent"}',
    secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    at: Date.now(),
  }
  return sendWebhook({ ...event, endpoint: origin + path }, { fetch, timeoutMs })
}

test('the body arrives as it was signed, with who sends it', async () => {
  expect(await sent('/ok')).toEqual({ status: 200, response: 'ok', retryAfter: null })
  expect(seen.at(-1)).toMatchObject({
    body: '{"type":"email.sent"}',
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'Aerogram-Webhooks/1.0',
      'svix-id': 'msg_1_1_0_0',
    },
  })
})

test.each([
  ['/moved', { status: 302 }],
  ['/gone', { status: 410, response: 'gone' }],
  ['/busy', { status: 503, retryAfter: '120' }],
  ['/long', { status: 200, response: 'é'.repeat(1000) }],
  ['/drips', { status: 200, response: expect.stringContaining('drop') }],
  ['/never', { status: null }],
])('%s is answered as %o', async (path, answer) => {
  expect(await sent(path)).toMatchObject(answer)
})

test('an answer that drips keeps the connection for a second', async () => {
  const began = Date.now()
  expect(await sent('/drips', 20_000)).toEqual({
    status: 200,
    response: 'drop (cut off)',
    retryAfter: null,
  })
  expect(Date.now() - began).toBeLessThan(2000)
})

test('an endpoint that is not there is no answer', async () => {
  const answer = await sendWebhook(
    { id: 'm', body: '{}', secrets: [], at: 0, endpoint: 'http://127.0.0.1:1/' },
    { fetch, timeoutMs: 300 },
  )
  expect(answer).toMatchObject({ status: null, retryAfter: null })
})
