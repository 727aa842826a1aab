import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { outboundRequests } from './outbound.ts'

test('a request to the network is refused and listed', async () => {
  const url = `https://${crypto.randomUUID()}.example.com/path?query`
  const answer = await fetch(url, { method: 'POST', body: 'anything' })
  expect(answer.status).toBe(599)
  expect(await outboundRequests()).toContain(url)
})

test('the tests have settings of their own and all migrations', async () => {
  expect(env).toMatchObject({ ENVIRONMENT: 'local', AWS_ACCESS_KEY_ID: 'AKIALOCALAEROGRAM00' })
  expect(await env.DB.prepare('SELECT count(*) AS n FROM emails').first('n')).toBe(0)
})
