import { expect, test } from 'vitest'
import { ATTEMPT_TAG } from '../../src/domain/attempt.ts'
import { eventKey, suppressionReason } from '../../src/domain/event.ts'
import { parseNotification } from '../../src/events/notification.ts'
import { withActor } from '../../src/events/with-actor.ts'
import { aMail, ATTEMPT, FEEDBACK_BOUNCE, MESSAGE_ID, SES_EVENTS } from '../support/ses-events.ts'

const PUBLISHED = Date.parse('2026-11-24T10:00:09.000Z')
const SENT = Date.parse('2026-11-24T10:00:00.123Z')
const HAPPENED = Date.parse('2026-11-24T10:00:05.456Z')
const FEEDBACK_ID = SES_EVENTS.Bounce.bounce.feedbackId
const CHROME = SES_EVENTS.Open.open.userAgent

function parse(message: unknown) {
  return parseNotification(
    typeof message === 'string' ? message : JSON.stringify(message),
    PUBLISHED,
  )
}

function eventsOf(message: unknown) {
  const notification = parse(message)
  if (notification.type !== 'events') throw new Error(`it is ${notification.type}`)
  return notification.events
}

const common = {
  attempt: ATTEMPT,
  messageId: MESSAGE_ID,
  recipient: 'recipient@example.com',
  source: 'ses',
}

test.each([
  ['Send', { type: 'send', at: SENT }],
  ['Delivery', { type: 'delivery', at: HAPPENED, diagnostic: '250 2.6.0 Message received' }],
  [
    'Bounce',
    {
      type: 'bounce',
      at: HAPPENED,
      feedbackId: FEEDBACK_ID,
      bounceType: 'Permanent',
      subType: 'General',
      diagnostic: 'smtp; 550 5.1.1 user unknown',
    },
  ],
  [
    'Complaint',
    {
      type: 'complaint',
      at: HAPPENED,
      feedbackId: FEEDBACK_ID,
      complaintType: 'abuse',
      userAgent: 'Amazon SES Mailbox Simulator',
    },
  ],
  ['Reject', { type: 'reject', at: SENT, diagnostic: 'Bad content' }],
  [
    'Open',
    { type: 'open', at: HAPPENED, ip: '192.0.2.1', userAgent: CHROME, isBotEvent: 'Unlikely' },
  ],
  [
    'Click',
    {
      type: 'click',
      at: HAPPENED,
      ip: '192.0.2.1',
      userAgent: CHROME,
      isBotEvent: 'Likely',
      link: 'https://example.com/a?b=c',
    },
  ],
  [
    'Rendering Failure',
    {
      type: 'rendering_failure',
      at: SENT,
      diagnostic: "Attribute 'name' is not present in the rendering data.",
    },
  ],
  [
    'DeliveryDelay',
    {
      type: 'delivery_delay',
      at: HAPPENED,
      delayType: 'TransientCommunicationFailure',
      diagnostic: 'smtp; 421 4.4.1 Unable to connect to remote host',
    },
  ],
  ['Subscription', { type: 'subscription', at: HAPPENED, diagnostic: 'UnsubscribeHeader' }],
] as const)('SES tells a %s', (name, told) => {
  expect(eventsOf(SES_EVENTS[name])).toEqual([{ ...common, ...told }])
  expect(eventsOf(`${JSON.stringify(SES_EVENTS[name])}\n`)).toEqual([{ ...common, ...told }])
})

test('one notification about several recipients is one event for each', () => {
  const [first, second] = eventsOf({
    ...SES_EVENTS.Bounce,
    bounce: {
      ...SES_EVENTS.Bounce.bounce,
      bouncedRecipients: [
        { emailAddress: 'A@Example.com' },
        { emailAddress: 'b@example.com', status: '5.0.0' },
      ],
    },
    mail: aMail({ destination: ['a@example.com', 'b@example.com', 'c@example.com'] }),
  })
  expect(first).toMatchObject({ recipient: 'a@example.com', feedbackId: FEEDBACK_ID })
  expect(second).toMatchObject({ recipient: 'b@example.com', diagnostic: '5.0.0' })
  expect(first?.diagnostic).toBeUndefined()
})

test('a delivery to several recipients is one event for each', () => {
  const delivery = { timestamp: 'x', recipients: ['a@example.com', 'b@example.com'] }
  const events = eventsOf({ ...SES_EVENTS.Delivery, delivery })
  expect(events.map(({ recipient, at }) => [recipient, at])).toEqual([
    ['a@example.com', SENT],
    ['b@example.com', SENT],
  ])
})

test.each([
  ['Recipient <Recipient@Example.COM>', 'recipient@example.com'],
  ['"Doe, Jane" <jane+x@example.com>', 'jane+x@example.com'],
  [' recipient@example.com ', 'recipient@example.com'],
  ['jörg@bücher.example', 'jörg@bücher.example'],
  ['jane@bücher.example', 'jane@xn--bcher-kva.example'],
  ['"Quoted Part"@example.com', '"quoted part"@example.com'],
  ['no address', 'no address'],
  ['x'.repeat(400), 'x'.repeat(254)],
])('the recipient %s is known as %s', (emailAddress, recipient) => {
  const complaint = { complainedRecipients: [{ emailAddress }] }
  expect(eventsOf({ ...SES_EVENTS.Complaint, complaint })[0]?.recipient).toBe(recipient)
})

test('a send to several recipients is about none of them alone', () => {
  const mail = aMail({ destination: ['a@example.com', 'b@example.com'] })
  for (const name of ['Send', 'Open', 'Click', 'Reject', 'Rendering Failure'] as const) {
    expect(eventsOf({ ...SES_EVENTS[name], mail })).toMatchObject([{ recipient: null }])
  }
})

test.each([
  ['no tags', { tags: undefined }],
  ['odd tags', { tags: ATTEMPT_TAG }],
  ['a tag that is no list', { tags: { [ATTEMPT_TAG]: ATTEMPT } }],
  ['an empty tag', { tags: { [ATTEMPT_TAG]: [] } }],
  ['a tag of somebody else', { tags: { [ATTEMPT_TAG]: ['their-value'] } }],
  ['our value under another name', { tags: { n: [ATTEMPT] } }],
])('%s: an event of no attempt', (_, overrides) => {
  expect(eventsOf({ ...SES_EVENTS.Send, mail: aMail(overrides) })).toMatchObject([
    { attempt: null },
  ])
})

test('a feedback notification tells of an address and never of an attempt', () => {
  const [event] = eventsOf(FEEDBACK_BOUNCE)
  expect(event).toMatchObject({ type: 'bounce', attempt: null, recipient: 'jane@example.com' })
  expect(event === undefined ? null : suppressionReason(event)).toBe('bounce')
  const tagged = { ...FEEDBACK_BOUNCE, mail: aMail() }
  expect(eventsOf(tagged)).toMatchObject([{ attempt: null }])
})

test('a complaint that says "not spam" keeps its word', () => {
  const complaint = { ...SES_EVENTS.Complaint.complaint, complaintFeedbackType: 'not-spam' }
  const [event] = eventsOf({ ...SES_EVENTS.Complaint, complaint })
  expect(event === undefined ? 'gone' : suppressionReason(event)).toBeNull()
})

test('an event with nothing but its type is still told', () => {
  for (const eventType of Object.keys(SES_EVENTS)) {
    expect(eventsOf({ eventType })).toMatchObject([
      { attempt: null, recipient: null, messageId: null, at: PUBLISHED },
    ])
  }
})

test('a notification that is repeated has the same keys', () => {
  for (const message of Object.values(SES_EVENTS)) {
    expect(eventsOf(message).map(eventKey)).toEqual(
      eventsOf(`${JSON.stringify(message)}\n`).map(eventKey),
    )
  }
})

test('an open and a click say who it was', () => {
  expect(eventsOf(SES_EVENTS.Open).map(withActor)).toMatchObject([{ actor: 'human' }])
  expect(eventsOf(SES_EVENTS.Click).map(withActor)).toMatchObject([{ actor: 'machine' }])
  expect(eventsOf(SES_EVENTS.Send).map(withActor)).toEqual(eventsOf(SES_EVENTS.Send))
})
