import { expect } from 'vitest'
import { anId, aTime, listWith, type Step } from './step.ts'

const EMAIL = {
  from: 'Acme <hello@acme.dev>',
  to: 'ada@customer.dev',
  subject: 'Your receipt',
  html: '<p>Thank you.</p>',
}
const FULL = {
  ...EMAIL,
  cc: 'Bob <bob@customer.dev>',
  text: 'Thank you.',
  tags: [{ name: 'kind', value: 'receipt' }],
  headers: { 'X-Order': '7' },
  attachments: [{ filename: 'a.txt', content: Buffer.from('hi') }],
}

export const EMAILS: Step[] = [
  {
    method: 'emails.send',
    since: 1,
    // Up to the third major bodies go as they are written.
    args: ({ major }) => [{ ...FULL, [major < 4 ? 'reply_to' : 'replyTo']: 'help@acme.dev' }],
    answer: { id: anId },
    keep: { email: 'id' },
  },
  {
    method: 'emails.get',
    since: 1,
    args: ({ kept }) => [kept('email')],
    answer: ({ kept }) => ({
      object: 'email',
      id: kept('email'),
      from: 'Acme <hello@acme.dev>',
      to: ['ada@customer.dev'],
      cc: ['Bob <bob@customer.dev>'],
      bcc: null,
      reply_to: ['help@acme.dev'],
      subject: 'Your receipt',
      html: '<p>Thank you.</p>',
      text: 'Thank you.',
      created_at: aTime,
      scheduled_at: null,
      last_event: 'queued',
      tags: [{ name: 'kind', value: 'receipt' }],
    }),
  },
  {
    method: 'emails.create',
    since: 1,
    args: ({ major }) => [{ ...EMAIL, [major < 4 ? 'scheduled_at' : 'scheduledAt']: 'in 1 hour' }],
    answer: { id: anId },
    keep: { later: 'id' },
  },
  {
    method: 'emails.update',
    since: 4,
    args: ({ kept }) => [{ id: kept('later'), scheduledAt: 'tomorrow at 9am' }],
    answer: ({ kept }) => ({ object: 'email', id: kept('later') }),
  },
  {
    method: 'emails.cancel',
    since: 4,
    args: ({ kept }) => [kept('later')],
    answer: ({ kept }) => ({ object: 'email', id: kept('later') }),
  },
  {
    method: 'emails.send',
    since: 4,
    args: ({ major }) => [EMAIL, { idempotencyKey: `order of ${major}` }],
    answer: { id: anId },
    keep: { once: 'id' },
  },
  {
    method: 'emails.send',
    since: 4,
    args: ({ major }) => [EMAIL, { idempotencyKey: `order of ${major}` }],
    answer: ({ kept }) => ({ id: kept('once') }),
  },
  {
    method: 'emails.list',
    since: 6,
    args: () => [{ limit: 100 }],
    answer: ({ kept }) => listWith({ id: kept('later'), last_event: 'canceled' }),
  },
  {
    method: 'emails.attachments.list',
    since: 6,
    args: ({ kept }) => [{ emailId: kept('email') }],
    answer: listWith({ filename: 'a.txt', size: 2, content_disposition: 'attachment' }),
    keep: { file: 'data.0.id' },
  },
  {
    method: 'emails.attachments.get',
    since: 6,
    args: ({ kept }) => [{ emailId: kept('email'), id: kept('file') }],
    answer: ({ kept }) => ({ object: 'attachment', id: kept('file'), filename: 'a.txt' }),
  },
  {
    method: 'emails.metrics',
    since: 6,
    args: () => [{ metrics: ['sent', 'open_rate'], dimensions: ['period'], granularity: 'hourly' }],
    answer: {
      object: 'metrics',
      metrics: ['sent', 'open_rate'],
      dimensions: ['period'],
      granularity: 'hourly',
      totals: expect.anything(),
    },
  },
  {
    method: 'batch.send',
    since: 2,
    args: () => [[EMAIL, { ...EMAIL, to: ['bob@customer.dev'] }]],
    answer: { data: [{ id: anId }, { id: anId }] },
  },
  {
    method: 'batch.create',
    since: 2,
    args: () => [[EMAIL]],
    answer: { data: [{ id: anId }] },
  },
]

const TEMPLATE = { name: 'Order sent', html: '<p>{{{ORDER}}}</p>' }

export const TEMPLATES: Step[] = [
  {
    method: 'templates.create',
    since: 6,
    args: () => [{ ...TEMPLATE, alias: 'order', variables: [{ key: 'ORDER', type: 'string' }] }],
    answer: { object: 'template', id: anId },
    keep: { template: 'id' },
  },
  {
    method: 'templates.publish',
    since: 6,
    args: ({ kept }) => [kept('template')],
    answer: ({ kept }) => ({ object: 'template', id: kept('template') }),
  },
  {
    method: 'emails.send',
    since: 6,
    args: () => [
      { ...EMAIL, html: undefined, template: { id: 'order', variables: { ORDER: '7' } } },
    ],
    answer: { id: anId },
  },
  {
    method: 'templates.update',
    since: 6,
    args: ({ kept }) => [kept('template'), { subject: 'Sent' }],
    answer: ({ kept }) => ({ object: 'template', id: kept('template') }),
  },
  {
    method: 'templates.get',
    since: 6,
    args: () => ['order'],
    answer: ({ kept }) => ({
      object: 'template',
      id: kept('template'),
      status: 'published',
      subject: 'Sent',
      from: null,
      text: null,
      reply_to: null,
      published_at: aTime,
      has_unpublished_versions: true,
    }),
  },
  {
    method: 'templates.duplicate',
    since: 6,
    args: ({ kept }) => [kept('template')],
    answer: { object: 'template', id: anId },
    keep: { copy: 'id' },
  },
  {
    method: 'templates.list',
    since: 6,
    args: () => [{ limit: 10 }],
    answer: ({ kept }) => listWith({ id: kept('copy'), alias: null, published_at: null }),
  },
  {
    method: 'templates.remove',
    since: 6,
    args: ({ kept }) => [kept('copy')],
    answer: ({ kept }) => ({ object: 'template', id: kept('copy'), deleted: true }),
  },
]
