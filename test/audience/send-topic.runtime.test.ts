import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { addressHash } from '../../src/token/address-hash.ts'
import { ADDRESS_KEY, anEmail, row } from '../support/an-api.ts'
import { anAudienceApi } from '../support/an-audience-api.ts'

test('an email names a topic that there is, and shows it', async () => {
  const api = await anAudienceApi()
  const topic = { name: 'News', default_subscription: 'opt_in' }
  const id = String((await api.call('POST', '/topics', topic)).json['id'])
  const sent = await api.call('POST', '/emails', anEmail({ topic_id: id.toUpperCase() }))
  expect(sent.status).toBe(200)
  expect(await row('emails', sent.json['id'])).toMatchObject({ topic_id: id })
  expect((await api.call('GET', `/emails/${String(sent.json['id'])}`)).json).toMatchObject({
    topic_id: id,
  })
  const batch = await api.call('POST', '/emails/batch', [
    anEmail({ topic_id: id }),
    anEmail({ topic_id: crypto.randomUUID() }),
  ])
  expect(batch.json['message']).toContain('emails[1]: Invalid `topic_id` field.')
})

test('who was erased is written to no more, and not stored again', async () => {
  const api = await anAudienceApi()
  await erase('gone@customer.dev')
  const alone = await api.call('POST', '/emails', anEmail({ to: 'Gone <GONE@customer.dev>' }))
  expect(await row('emails', alone.json['id'])).toMatchObject({
    state: 'suppressed',
    reason: 'the person was erased',
    address: 'erased@erased.invalid',
    name: null,
    due_at: null,
  })
  const told = await env.DB.prepare('SELECT type FROM events WHERE email_id = ?1')
    .bind(alone.json['id'])
    .all()
  expect(told.results).toEqual([{ type: 'suppressed' }])
  const several = await api.call(
    'POST',
    '/emails',
    anEmail({ to: ['gone@customer.dev', 'stays@customer.dev'] }),
  )
  const recipients = await env.DB.prepare(
    'SELECT address, left_out FROM recipients WHERE email_id = ?1 ORDER BY position',
  )
    .bind(several.json['id'])
    .all()
  expect(recipients.results).toEqual([
    { address: 'erased-0@erased.invalid', left_out: 'the person was erased' },
    { address: 'stays@customer.dev', left_out: null },
  ])
  const contact = await api.call('POST', '/contacts', { email: 'gone@customer.dev' })
  expect(contact.status).toBe(422)
})

function erase(address: string): Promise<unknown> {
  return env.DB.prepare('INSERT INTO erased (hash, erased_at) VALUES (?1, 1)')
    .bind(addressHash(address, ADDRESS_KEY))
    .run()
}
