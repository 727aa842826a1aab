import { env } from 'cloudflare:workers'
import { expect } from 'vitest'
import { notice } from '../../../src/db/notice.ts'
import { feedEnds } from '../../../src/db/webhooks/read-feed.ts'
import { webhookEventId } from '../../../src/domain/webhook-place.ts'
import { anId, aTime, listWith, type Step } from './step.ts'

const secret: unknown = expect.stringMatching(/^whsec_[A-Za-z0-9+/]{32}$/)

export const API_KEYS: Step[] = [
  {
    method: 'apiKeys.create',
    since: 1,
    args: ({ major }) => [{ name: `Shop ${major}`, permission: 'sending_access' }],
    answer: { id: anId, token: expect.stringMatching(/^re_/) },
    keep: { key: 'id' },
  },
  {
    method: 'apiKeys.list',
    since: 1,
    args: () => [],
    answer: ({ kept, major }) => listWith({ id: kept('key'), name: `Shop ${major}` }),
  },
  {
    method: 'apiKeys.update',
    since: 6,
    args: ({ kept }) => [kept('key'), { name: 'Shop' }],
    answer: ({ kept }) => ({ object: 'api_key', id: kept('key') }),
  },
  {
    method: 'apiKeys.remove',
    since: 1,
    args: ({ kept }) => [kept('key')],
    answer: ({ kept }) => ({ object: 'api_key', id: kept('key'), deleted: true }),
  },
]

const record = { name: expect.any(String), value: expect.any(String), ttl: 'Auto' }

export const DOMAINS: Step[] = [
  {
    method: 'domains.create',
    since: 1,
    args: ({ major }) => [{ name: `m${major}.acme.dev`, region: 'eu-west-1' }],
    answer: ({ major }) => ({
      id: anId,
      name: `m${major}.acme.dev`,
      status: expect.any(String),
      region: 'eu-west-1',
      created_at: aTime,
      records: expect.arrayContaining([expect.objectContaining({ ...record, record: 'DKIM' })]),
    }),
    keep: { domain: 'id' },
  },
  {
    method: 'domains.list',
    since: 1,
    args: () => [],
    answer: ({ kept }) => listWith({ id: kept('domain') }),
  },
  {
    method: 'domains.verify',
    since: 1,
    args: ({ kept }) => [kept('domain')],
    answer: ({ kept }) => ({ object: 'domain', id: kept('domain') }),
  },
  {
    method: 'domains.update',
    since: 3,
    args: ({ kept }) => [{ id: kept('domain'), clickTracking: false, openTracking: true }],
    answer: ({ kept }) => ({ object: 'domain', id: kept('domain') }),
  },
  {
    method: 'domains.get',
    since: 1,
    args: ({ kept }) => [kept('domain')],
    answer: ({ kept }) => ({ object: 'domain', id: kept('domain'), records: expect.any(Array) }),
  },
  {
    method: 'domains.remove',
    since: 1,
    args: ({ kept }) => [kept('domain')],
    answer: ({ kept }) => ({ object: 'domain', id: kept('domain'), deleted: true }),
  },
]

export const SUPPRESSIONS: Step[] = [
  {
    method: 'suppressions.add',
    since: 6,
    args: () => [{ email: 'left+1@customer.dev' }],
    answer: { object: 'suppression', id: anId },
    keep: { suppression: 'id' },
  },
  {
    method: 'suppressions.get',
    since: 6,
    args: () => ['left+1@customer.dev'],
    answer: ({ kept }) => ({
      object: 'suppression',
      id: kept('suppression'),
      email: 'left+1@customer.dev',
      origin: 'manual',
      source_id: null,
      created_at: aTime,
    }),
  },
  {
    method: 'suppressions.list',
    since: 6,
    args: () => [{ origin: 'manual', limit: 5 }],
    answer: ({ kept }) => listWith({ id: kept('suppression') }),
  },
  {
    method: 'suppressions.remove',
    since: 6,
    args: () => ['left+1@customer.dev'],
    answer: ({ kept }) => ({ object: 'suppression', id: kept('suppression'), deleted: true }),
  },
  {
    method: 'suppressions.batch.add',
    since: 6,
    args: () => [{ emails: ['one@customer.dev', 'two@customer.dev'] }],
    answer: {
      data: [
        { object: 'suppression', id: anId },
        { object: 'suppression', id: anId },
      ],
    },
    keep: { one: 'data.0.id' },
  },
  {
    method: 'suppressions.batch.remove',
    since: 6,
    args: ({ kept }) => [{ ids: [kept('one')] }],
    answer: ({ kept }) => ({
      data: [{ object: 'suppression', id: kept('one'), deleted: true }],
    }),
  },
]

const AT = Date.UTC(2026, 10, 24)
let eventId = ''

export const WEBHOOKS: Step[] = [
  {
    method: 'webhooks.create',
    since: 6,
    args: () => [{ endpoint: 'https://hooks.acme.dev/in', events: ['contact.created'] }],
    answer: { object: 'webhook', id: anId, signing_secret: secret },
    keep: { webhook: 'id' },
  },
  {
    method: 'webhooks.update',
    since: 6,
    args: ({ kept }) => [kept('webhook'), { endpoint: 'https://hooks.acme.dev/other' }],
    answer: ({ kept }) => ({ object: 'webhook', id: kept('webhook') }),
  },
  {
    method: 'webhooks.rotateSigningSecret',
    since: 6,
    args: ({ kept }) => [kept('webhook')],
    answer: ({ kept }) => ({ object: 'webhook', id: kept('webhook'), signing_secret: secret }),
    keep: { secret: 'signing_secret' },
  },
  {
    method: 'webhooks.get',
    since: 6,
    args: ({ kept }) => [kept('webhook')],
    answer: ({ kept }) => ({
      object: 'webhook',
      id: kept('webhook'),
      endpoint: 'https://hooks.acme.dev/other',
      events: ['contact.created'],
      status: 'enabled',
      created_at: aTime,
      signing_secret: kept('secret'),
    }),
  },
  {
    method: 'webhooks.list',
    since: 6,
    args: () => [],
    answer: ({ kept }) => listWith({ id: kept('webhook') }),
  },
  {
    method: 'webhooks.events.list',
    since: 6,
    before: async ({ kept }) => await aSentEvent(kept('webhook')),
    args: ({ kept }) => [{ webhookId: kept('webhook'), limit: 10 }],
    answer: () => listWith({ id: eventId, type: 'contact.created', status: 'success' }),
  },
  {
    method: 'webhooks.events.get',
    since: 6,
    args: ({ kept }) => [{ webhookId: kept('webhook'), eventId }],
    answer: () => ({ id: eventId, next_attempt_at: null, payload: { type: 'contact.created' } }),
  },
  {
    method: 'webhooks.events.attempts.list',
    since: 6,
    args: ({ kept }) => [{ webhookId: kept('webhook'), eventId }],
    answer: listWith({ http_status_code: 200, response: 'thanks', sent_at: aTime }),
  },
  {
    method: 'webhooks.events.replay',
    since: 6,
    args: ({ kept }) => [{ webhookId: kept('webhook'), eventId }],
    answer: () => ({ object: 'webhook_event', id: eventId }),
  },
  {
    method: 'webhooks.remove',
    since: 6,
    args: ({ kept }) => [kept('webhook')],
    answer: ({ kept }) => ({ object: 'webhook', id: kept('webhook'), deleted: true }),
  },
]

async function aSentEvent(webhookId: string): Promise<void> {
  const contact = { id: crypto.randomUUID() }
  await notice(env.DB, { type: 'contact.created', at: AT, data: contact }).run()
  const { newest: feed } = await feedEnds(env.DB)
  eventId = webhookEventId({ feed, at: AT, key: 0, part: 0 })
  await env.DB.batch([
    env.DB.prepare(
      `INSERT INTO webhook_attempts (webhook_id, feed, feed_at, key, part, number, type, sent_at, status, response)
       VALUES (?1, ?2, ?3, 0, 0, 1, 'contact.created', ?3, 200, 'thanks')`,
    ).bind(webhookId, feed, AT),
    env.DB.prepare('UPDATE webhooks SET cursor = ?2 WHERE id = ?1').bind(webhookId, feed),
  ])
}
