import { exports } from 'cloudflare:workers'
import { expect, test } from 'vitest'

test.each([
  ['GET', '/u/nonsense', 404, 'text/html; charset=UTF-8'],
  ['POST', '/u/nonsense', 404, 'text/html; charset=UTF-8'],
  ['GET', '/o/nonsense.gif', 200, 'image/gif'],
  ['GET', '/sns', 405, 'application/json'],
  ['GET', '/emails', 401, 'application/json; charset=utf-8'],
  ['GET', '/under', 404, 'application/json; charset=utf-8'],
  ['DELETE', '/emails', 405, 'application/json; charset=utf-8'],
])('%s %s is answered by the role it is for', async (method, path, status, type) => {
  const response = await exports.default.fetch(`https://mail.example.com${path}`, { method })
  expect([response.status, response.headers.get('content-type')]).toEqual([status, type])
})
