import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type ABroadcastApi, aBroadcastApi } from '../support/a-broadcast-api.ts'

const BASE = 'https://api.aerogram.test'
const { Resend } = await import('resend')

let api: ABroadcastApi

beforeEach(async () => {
  api = await aBroadcastApi()
  vi.stubGlobal('fetch', async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init)
    if (!request.url.startsWith(`${BASE}/`)) throw new Error(`reached out to ${request.url}`)
    return await api.fetch(request)
  })
})
afterEach(() => {
  vi.unstubAllGlobals()
})

const DRAFT = {
  name: 'November',
  from: 'Acme <news@acme.dev>',
  subject: 'News',
  html: '<p>Hi {{{FIRST_NAME|there}}}</p>',
  replyTo: 'help@acme.dev',
  previewText: 'Soon',
}

test('resend 6.38 writes, changes, sends, cancels, copies and throws away a broadcast', async () => {
  const { broadcasts } = new Resend(api.key, { baseUrl: BASE })
  // Its types ask for a segment; the audience is uploaded instead.
  const made = await broadcasts.create(Object.assign({ segmentId: '' }, DRAFT, { segmentId: null }))
  expect(made.error).toBeNull()
  const id = made.data?.id ?? ''
  expect((await broadcasts.update(id, { subject: 'Other news' })).error).toBeNull()
  await api.call('POST', `/broadcasts/${id}/recipients`, '{"email":"ada@customer.dev"}')
  expect((await broadcasts.get(id)).data).toMatchObject({
    object: 'broadcast',
    id,
    subject: 'Other news',
    reply_to: ['help@acme.dev'],
    preview_text: 'Soon',
    status: 'draft',
    segment_id: null,
  })
  expect((await broadcasts.list()).data?.data).toContainEqual(expect.objectContaining({ id }))
  expect((await broadcasts.send(id, { scheduledAt: 'in 1 hour' })).data).toMatchObject({ id })
  expect((await broadcasts.get(id)).data?.status).toBe('scheduled')
  expect((await broadcasts.cancel(id)).error).toBeNull()
  expect((await broadcasts.send(id)).data).toMatchObject({ id })
  expect((await broadcasts.get(id)).data?.status).toBe('queued')
  const copy = await broadcasts.duplicate(id)
  expect(copy.error).toBeNull()
  expect((await broadcasts.remove(copy.data?.id ?? '')).data).toMatchObject({ deleted: true })
  expect((await broadcasts.remove(id)).error).toMatchObject({
    name: 'validation_error',
    statusCode: 422,
  })
})
