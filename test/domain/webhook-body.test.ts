import { expect, test } from 'vitest'
import type { ToldEvent } from '../../src/domain/told-event.ts'
import { toldKey, webhookEvents, type WebhookEvent } from '../../src/domain/webhook-body.ts'

const ID = '019ab2c3-d4e5-7f60-8a1b-2c3d4e5f6071'
const AT = Date.parse('2026-11-24T10:00:05.000Z')
const MADE = '2025-11-23T22:09:29.829Z'
const wording = { region: 'eu-west-1', displayed: (header: string) => `<<${header}>>` }

function aRecipient(address: string, position = 0, more = {}) {
  return { address, position, kind: 'to' as const, left_out: null, ...more }
}

function anEvent({ told = {}, ...fields }: Partial<ToldEvent> & { told?: object } = {}): ToldEvent {
  const { type = 'delivery' } = fields
  return {
    email_id: ID,
    key: `${ID}_1_Ab3dEf9h|${type}||`,
    type,
    at: AT,
    recipient: null,
    detail: JSON.stringify({ attempt: `${ID}_1_Ab3dEf9h`, messageId: '0102-a', ...told }),
    first: true,
    origin: null,
    sender: 'Acme <a@example.com>',
    subject: 'Hi',
    broadcast_id: null,
    template_id: null,
    ses_message_id: '0102-a',
    tags: [],
    headers: [],
    recipients: [aRecipient('b@example.net')],
    ...fields,
  }
}

function local(type: string, reason: string, fields: Partial<ToldEvent> = {}): ToldEvent {
  return anEvent({ type, key: `local:${type}:`, detail: JSON.stringify({ reason }), ...fields })
}

function bodies(event: ToldEvent): WebhookEvent[] {
  const pair: [string, string] = [event.email_id, event.key]
  const row = { id: 7, at: AT, keys: [pair], notice: null }
  return webhookEvents(row, new Map([[toldKey(pair), event]]), wording)
}

function only(event: ToldEvent) {
  const [one, ...others] = bodies(event)
  expect(others).toEqual([])
  if (one === undefined) throw new Error('it tells nothing')
  const data: Record<string, unknown> = JSON.parse(JSON.stringify(one.body.data))
  return { ...one.body, data }
}

test('a body has the contract of one: three keys, the email, the one recipient', () => {
  const event = anEvent({
    recipient: 'b@example.net',
    tags: [{ name: 'category', value: 'confirm' }],
    headers: [{ name: 'X-Metadata', value: '{"user_id":1}' }],
    broadcast_id: '019ab2c3-d4e5-7f60-8a1b-000000000000',
    template_id: '019ab2c3-d4e5-7f60-8a1b-111111111111',
    told: { source: 'ses', diagnostic: '250 ok' },
  })
  expect(JSON.parse(JSON.stringify(bodies(event)))).toEqual([
    {
      id: `msg_7_${AT.toString(36)}_0_0`,
      body: {
        type: 'email.delivered',
        created_at: '2026-11-24T10:00:05.000Z',
        data: {
          email_id: ID,
          message_id: '<0102-a@eu-west-1.amazonses.com>',
          created_at: MADE,
          from: '<<Acme <a@example.com>>>',
          to: ['b@example.net'],
          subject: 'Hi',
          broadcast_id: '019ab2c3-d4e5-7f60-8a1b-000000000000',
          template_id: '019ab2c3-d4e5-7f60-8a1b-111111111111',
          tags: { category: 'confirm' },
          headers: [{ name: 'X-Metadata', value: '{"user_id":1}' }],
          ses: {
            attempt: `${ID}_1_Ab3dEf9h`,
            ses_message_id: '0102-a',
            smtp_response: '250 ok',
          },
        },
      },
    },
  ])
})

test('tags, headers, message id and broadcast are left out when there are none', () => {
  const body = only(local('failed', 'expired before it could be sent', { ses_message_id: null }))
  expect(Object.keys(body.data)).toEqual([
    'email_id',
    'created_at',
    'from',
    'to',
    'subject',
    'failed',
    'ses',
  ])
})

const CASES: [string, ToldEvent, string, object][] = [
  ['send', anEvent({ type: 'send' }), 'email.sent', {}],
  [
    'a delay',
    anEvent({ type: 'delivery_delay', told: { delayType: 'MailboxFull' } }),
    'email.delivery_delayed',
    { ses: { delay_type: 'MailboxFull' } },
  ],
  [
    'a permanent bounce',
    anEvent({
      type: 'bounce',
      told: {
        bounceType: 'Permanent',
        subType: 'NoEmail',
        diagnostic: 'smtp; 550 no',
        feedbackId: 'f',
      },
    }),
    'email.bounced',
    {
      bounce: {
        type: 'Permanent',
        subType: 'NoEmail',
        message: expect.stringContaining('sent a hard bounce message'),
        diagnosticCode: ['smtp; 550 no'],
      },
      ses: { feedback_id: 'f', bounce_sub_type: 'NoEmail' },
    },
  ],
  [
    'a transient bounce',
    anEvent({ type: 'bounce', told: { bounceType: 'Transient', subType: 'MailboxFull' } }),
    'email.bounced',
    {
      bounce: {
        type: 'Transient',
        subType: 'MailboxFull',
        message: expect.stringContaining('sent a soft bounce message'),
        diagnosticCode: [],
      },
    },
  ],
  [
    'a bounce of a kind that clients do not know',
    anEvent({ type: 'bounce', told: { bounceType: 'Undetermined', subType: 'Odd' } }),
    'email.bounced',
    {
      bounce: {
        type: 'Undetermined',
        subType: 'Undetermined',
        message: expect.stringContaining('bounce message'),
        diagnosticCode: [],
      },
      ses: { bounce_sub_type: 'Odd' },
    },
  ],
  [
    "SES's suppression",
    anEvent({
      type: 'bounce',
      origin: 'bounce',
      told: { bounceType: 'Permanent', subType: 'OnAccountSuppressionList', diagnostic: 'on it' },
    }),
    'email.suppressed',
    {
      suppressed: {
        type: 'OnAccountSuppressionList',
        reason: 'previous_bounce',
        message: expect.stringContaining('suppressed sending'),
        diagnosticCode: ['on it'],
      },
    },
  ],
  [
    'our suppression',
    local('suppressed', 'the address is suppressed', { origin: 'complaint' }),
    'email.suppressed',
    {
      suppressed: {
        type: 'OnAccountSuppressionList',
        reason: 'previous_complaint',
        message: expect.stringContaining('suppressed sending'),
        diagnosticCode: [],
      },
      ses: { reason: 'the address is suppressed' },
    },
  ],
  [
    'a wish is neither bounce nor complaint',
    local('suppressed', 'the recipient has unsubscribed', { origin: 'manual' }),
    'email.suppressed',
    {
      suppressed: {
        type: 'OnAccountSuppressionList',
        message: expect.stringContaining('the recipient has unsubscribed'),
        diagnosticCode: [],
      },
    },
  ],
  [
    'a complaint',
    anEvent({ type: 'complaint', told: { complaintType: 'abuse', feedbackId: 'f' } }),
    'email.complained',
    { ses: { complaint_type: 'abuse', feedback_id: 'f' } },
  ],
  [
    'a reject',
    anEvent({ type: 'reject', told: { diagnostic: 'Bad content' } }),
    'email.failed',
    { failed: { reason: 'rejected: Bad content' } },
  ],
  [
    'a rendering failure',
    anEvent({ type: 'rendering_failure', told: { diagnostic: 'no name' } }),
    'email.failed',
    { failed: { reason: 'rendering failed: no name' } },
  ],
  ['our failure', local('failed', 'HTTP 400'), 'email.failed', { failed: { reason: 'HTTP 400' } }],
  [
    'an open',
    anEvent({
      type: 'open',
      told: { source: 'pixel', actor: 'machine', actorReason: 'isBotEvent', ip: '192.0.2.1' },
    }),
    'email.opened',
    {
      ses: { source: 'pixel', actor: 'machine', actor_reason: 'isBotEvent', ip: '192.0.2.1' },
    },
  ],
  [
    'a click',
    anEvent({
      type: 'click',
      told: {
        source: 'ses',
        actor: 'human',
        ip: '192.0.2.1',
        link: 'https://a.example',
        userAgent: 'M',
      },
    }),
    'email.clicked',
    {
      click: {
        ipAddress: '192.0.2.1',
        link: 'https://a.example',
        timestamp: '2026-11-24T10:00:05.000Z',
        userAgent: 'M',
      },
      ses: { source: 'ses', actor: 'human' },
    },
  ],
  ['scheduled', local('scheduled', ''), 'email.scheduled', {}],
  ['settled as sent', local('sent', 'settled by hand as sent'), 'email.sent', {}],
  ['canceled', local('canceled', 'canceled'), 'email.canceled', { ses: { reason: 'canceled' } }],
  ['in doubt', local('in_doubt', 'timeout'), 'email.in_doubt', { ses: { reason: 'timeout' } }],
  ['unknown', local('unknown', 'no evidence'), 'email.unknown', { ses: { reason: 'no evidence' } }],
  [
    'unsubscribed',
    anEvent({
      type: 'unsubscribe',
      key: 'local:unsubscribe:',
      recipient: 'b@example.net',
      told: { topic_id: null },
    }),
    'email.unsubscribed',
    { ses: { topic_id: null } },
  ],
]

test.each(CASES)('%s', (_, event, type, extra) => {
  const body = only(event)
  expect(body.type).toBe(type)
  expect(body.created_at).toBe('2026-11-24T10:00:05.000Z')
  expect(body.data).toMatchObject({ email_id: ID, to: ['b@example.net'], ...extra })
})

test.each([
  [
    'a report that it is no spam',
    anEvent({ type: 'complaint', told: { complaintType: 'not-spam' } }),
  ],
  ["SES's own subscription lists", anEvent({ type: 'subscription' })],
  ['sent again by hand', local('queued', 'resent by hand')],
  ['a second Send event', anEvent({ type: 'send', first: false })],
])('nothing is told of %s', (_, event) => {
  expect(bodies(event)).toEqual([])
})

const SEVERAL = [
  aRecipient('a@example.net', 0),
  aRecipient('b@example.net', 1, { left_out: 'the address is suppressed' }),
  aRecipient('c@example.net', 2, { kind: 'cc' }),
]

test.each([
  [
    'sent once, with those left out',
    anEvent({ type: 'send', recipients: SEVERAL }),
    [
      ['email.sent', ['a@example.net'], 0],
      ['email.suppressed', ['b@example.net'], 2],
    ],
  ],
  [
    'delivered to the one it names',
    anEvent({ recipient: 'c@example.net', recipients: SEVERAL }),
    [['email.delivered', ['c@example.net'], 0]],
  ],
  [
    'failed for each it would have gone to',
    local('failed', 'HTTP 400', { recipients: SEVERAL }),
    [
      ['email.failed', ['a@example.net'], 0],
      ['email.failed', ['c@example.net'], 2],
    ],
  ],
  [
    'suppressed for each when it goes to nobody',
    local('suppressed', 'the address is suppressed', { recipients: SEVERAL.slice(1, 2) }),
    [['email.suppressed', ['b@example.net'], 1]],
  ],
  [
    'opened by we do not know whom',
    anEvent({ type: 'open', recipients: SEVERAL }),
    [['email.opened', ['a@example.net'], 0]],
  ],
])('an email to several: %s', (_, event, expected) => {
  const told = bodies(event).map(({ id, body }) => [
    body.type,
    'to' in body.data ? body.data.to : null,
    Number(id.split('_').at(-1)),
  ])
  expect(told).toEqual(expected)
})

test('a notice is told as it stands', () => {
  const notice = { type: 'suppression.added', data: { email: 'b@example.net' } }
  const [event, ...more] = webhookEvents({ id: 9, at: AT, keys: [], notice }, new Map(), wording)
  expect(more).toEqual([])
  expect(event?.body).toEqual({ ...notice, created_at: '2026-11-24T10:00:05.000Z' })
})

test("SES's first region has a domain of its own", () => {
  const pair: [string, string] = [ID, 'k']
  const [event] = webhookEvents(
    { id: 7, at: AT, keys: [pair], notice: null },
    new Map([[toldKey(pair), anEvent()]]),
    { ...wording, region: 'us-east-1' },
  )
  expect(event?.body.data).toMatchObject({ message_id: '<0102-a@email.amazonses.com>' })
})
