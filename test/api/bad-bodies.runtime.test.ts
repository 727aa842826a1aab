import { expect, test } from 'vitest'
import { anApi, anEmail } from '../support/an-api.ts'

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
