import { expect, test } from 'vitest'
import { anApi, anEmail, counts } from '../support/an-api.ts'

const latin1 = Uint8Array.from('{"subject":"\u00fc"}', (letter) => letter.charCodeAt(0))
const deep = '['.repeat(100_000)

const BODIES: [string, string | Uint8Array, number][] = [
  ['an empty body', '', 400],
  ['half a body', '{"from":', 400],
  ['a body with a comma too many', '{"from":"a@acme.dev",}', 400],
  ['a body in single quotes', "{'from':'a'}", 400],
  ['a body with NaN', '{"from":NaN}', 400],
  ['a form', 'from=a%40acme.dev&to=b', 400],
  ['two bodies', '{}{}', 400],
  ['bytes that are not UTF-8', latin1, 400],
  ['a body that ends within a letter', Uint8Array.from([0x22, 0xc3]), 400],
  ['half of a surrogate pair', JSON.stringify(anEmail({ subject: 'x\ud83d' })), 400],
  ['lists without end', deep, 400],
  ['objects without end', '{"a":'.repeat(50_000), 400],
  ['a flood of small objects', `[${'{},'.repeat(200_000)}{}]`, 400],
  ['null', 'null', 422],
  ['a word', '"hello"', 422],
  ['a number', '5', 422],
  ['a list', '[]', 422],
  ['an empty object', '{}', 422],
]

test.each(BODIES)('%s is refused and writes nothing', async (_, body, status) => {
  const api = await anApi()
  const before = await counts()
  const answer = await api.call('POST', '/emails', body)
  expect(answer.status).toBe(status)
  expect(answer.json).toMatchObject({ statusCode: status, message: expect.any(String) })
  expect(Object.keys(answer.json)).toEqual(['statusCode', 'name', 'message'])
  expect(await counts()).toEqual(before)
})

test('an oversized body is refused while it is read, whatever length it claims', async () => {
  const api = await anApi()
  const chunk = new TextEncoder().encode('x'.repeat(1024 * 1024))
  let sent = 0
  const body = new ReadableStream({
    pull(controller) {
      sent++
      controller.enqueue(chunk)
    },
  })
  const answer = await api.call('POST', '/emails', body)
  expect(answer.status).toBe(413)
  expect(answer.json).toMatchObject({ statusCode: 413, name: 'validation_error' })
  expect(sent).toBeLessThan(60)
})

test('a small body is enough where only a word is asked for', async () => {
  const api = await anApi()
  const { json } = await api.call('POST', '/emails', { ...anEmail(), scheduled_at: 'in 1 hour' })
  const answer = await api.call('PATCH', `/emails/${String(json['id'])}`, 'x'.repeat(70_000))
  expect(answer.status).toBe(413)
})
