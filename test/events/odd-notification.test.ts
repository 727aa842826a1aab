import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { MailEvent } from '../../src/domain/event.ts'
import { parseNotification } from '../../src/events/notification.ts'
import { withActor } from '../../src/events/with-actor.ts'
import { eventJob } from '../../src/queue/jobs.ts'
import { aMail, SES_EVENTS } from '../support/ses-events.ts'

const PUBLISHED = Date.parse('2026-11-24T10:00:09.000Z')

test.each([
  ['Successfully validated SNS topic for Amazon SES event publishing.', { type: 'greeting' }],
  ['plain text', { type: 'unreadable' }],
  ['', { type: 'unreadable' }],
  ['null', { type: 'unreadable' }],
  ['[]', { type: 'unreadable' }],
  ['{}', { type: 'unreadable' }],
  ['{"eventType":7}', { type: 'unreadable' }],
  ['{"eventType":"Renamed"}', { type: 'unknown event', name: 'Renamed' }],
  ['{"eventType":"constructor"}', { type: 'unknown event', name: 'constructor' }],
  ['{"eventType":"send"}', { type: 'unknown event', name: 'send' }],
])('%s is %j', (message, notification) => {
  expect(parseNotification(message, PUBLISHED)).toEqual(notification)
})

const anything = fc.anything({ withNullPrototype: false })
const odd = fc.record(
  {
    eventType: fc.constantFrom(...Object.keys(SES_EVENTS)),
    mail: fc.oneof(
      anything,
      fc.record({ tags: anything, destination: anything, timestamp: anything }),
    ),
    ...Object.fromEntries(
      [
        'bounce',
        'complaint',
        'delivery',
        'deliveryDelay',
        'open',
        'click',
        'failure',
        'reject',
      ].map((key) => [
        key,
        fc.oneof(
          anything,
          fc.record({ recipients: anything, bouncedRecipients: anything, timestamp: anything }),
        ),
      ]),
    ),
  },
  { requiredKeys: ['eventType'] },
)

test('whatever the fields hold, the events fit the job', () => {
  fc.assert(
    fc.property(fc.jsonValue(), odd, (value, shaped) => {
      for (const message of [value, { ...shaped }]) {
        const text = toJson(message)
        const notification = parseNotification(text, PUBLISHED)
        if (notification.type !== 'events') continue
        expect(() => eventJob.parse({ version: 1, events: notification.events })).not.toThrow()
      }
    }),
    { numRuns: 500 },
  )
})

const long = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 3000, size: 'max' }),
  fc
    .constantFrom('"', '\\', '\u0001', '\u2028', '\ud800', '€', '😀')
    .map((text) => text.repeat(3000)),
)

test('no text of others makes an event larger than 4 KB', () => {
  fc.assert(
    fc.property(long, long, long, long, (a, b, c, d) => {
      const messages = [
        {
          ...SES_EVENTS.Bounce,
          bounce: {
            bounceSubType: a,
            feedbackId: b,
            bouncedRecipients: [{ emailAddress: c, diagnosticCode: d }],
          },
          mail: aMail({ messageId: a }),
        },
        {
          ...SES_EVENTS.Click,
          click: { link: a, userAgent: b, ipAddress: c, isBotEvent: d },
          mail: aMail({ messageId: d, destination: [c] }),
        },
        {
          ...SES_EVENTS.Complaint,
          complaint: {
            complaintSubType: a,
            complaintFeedbackType: b,
            feedbackId: c,
            userAgent: d,
            complainedRecipients: [{ emailAddress: a, diagnosticCode: b }],
          },
          mail: aMail({ messageId: d }),
        },
        {
          ...SES_EVENTS.DeliveryDelay,
          deliveryDelay: {
            delayType: a,
            delayedRecipients: [{ emailAddress: b, diagnosticCode: c }],
          },
          mail: aMail({ messageId: d }),
        },
      ]
      const events = messages.flatMap(eventsOf).map(withActor)
      expect(events).toHaveLength(messages.length)
      for (const event of events) {
        const bytes = new TextEncoder().encode(JSON.stringify(event)).length
        expect(bytes).toBeLessThanOrEqual(4096)
        const texts = Object.values(event).filter((value) => typeof value === 'string')
        expect(texts.every((text) => text.isWellFormed())).toBe(true)
      }
    }),
    { numRuns: 100 },
  )
})

function eventsOf(message: unknown): MailEvent[] {
  const notification = parseNotification(toJson(message), PUBLISHED)
  return notification.type === 'events' ? notification.events : []
}

function toJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'null'
  } catch {
    return 'null'
  }
}
