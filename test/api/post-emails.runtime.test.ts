import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { UUID } from '../../src/domain/id.ts'
import { anApi, anEmail, NOW } from '../support/an-api.ts'

test('an email is accepted, stored and queued, and the answer is its id', async () => {
  const api = await anApi()
  const answer = await api.call(
    'POST',
    '/emails',
    anEmail({ html: '<h1>Hi</h1><p>You</p>', text: undefined }),
  )
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8')
  expect(Object.keys(answer.json)).toEqual(['id'])
  expect(answer.json['id']).toMatch(UUID)
  expect(api.enqueued).toEqual([
    { id: answer.json['id'], recipients: 1, priority: 'high', dueAt: NOW },
  ])
  const row = await env.DB.prepare(
    'SELECT * FROM emails e JOIN contents c ON c.id = e.content_id WHERE e.id = ?1',
  )
    .bind(answer.json['id'])
    .first()
  expect(row).toMatchObject({
    state: 'queued',
    status: 'queued',
    due_at: NOW,
    address: 'ada@customer.dev',
    priority: 'high',
    sender: 'Acme <hello@acme.dev>',
    subject: 'Your receipt',
    html: '<h1>Hi</h1><p>You</p>',
    text: 'Hi\n\nYou',
    headers: '[]',
    pixel: 1,
  })
})
