import { ATTEMPT_TAG } from '../../src/domain/attempt.ts'

/** A valid attempt id, as the consumer tags each message. */
export const ATTEMPT = '0199f5b2-7c00-7abc-8def-0123456789ab_1_Ab3dEf9h'
export const MESSAGE_ID = '0107017cda9fa5c6-be6757c7-8954-4f49-bea4-259cb6e602de-000000'

type Json = Record<string, unknown>

/** SES's `mail` object of an email to one recipient, sent by us. */
export function aMail(overrides: Json = {}): Json {
  return {
    timestamp: '2026-11-24T10:00:00.123Z',
    source: 'Sender Name <sender@example.com>',
    sourceArn: 'arn:aws:ses:eu-west-1:123456789012:identity/example.com',
    sendingAccountId: '123456789012',
    messageId: MESSAGE_ID,
    destination: ['recipient@example.com'],
    headersTruncated: false,
    headers: [{ name: 'Subject', value: 'Hello' }],
    commonHeaders: { from: ['Sender Name <sender@example.com>'], to: ['recipient@example.com'] },
    tags: {
      'ses:operation': ['SendEmail'],
      'ses:configuration-set': ['aerogram'],
      'ses:caller-identity': ['aerogram'],
      [ATTEMPT_TAG]: [ATTEMPT],
    },
    ...overrides,
  }
}

const TIMESTAMP = '2026-11-24T10:00:05.456Z'
const FEEDBACK_ID = '0107017cda9fab0c-3f239101-6600-4756-967b-f1a7b827f69e-000000'
const CHROME =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36'

/** SES's ten events in its own shapes, each about the same email. */
export const SES_EVENTS = {
  Send: { eventType: 'Send', mail: aMail(), send: {} },
  Delivery: {
    eventType: 'Delivery',
    mail: aMail(),
    delivery: {
      timestamp: TIMESTAMP,
      processingTimeMillis: 11893,
      recipients: ['recipient@example.com'],
      smtpResponse: '250 2.6.0 Message received',
      reportingMTA: 'mta.example.com',
    },
  },
  Bounce: {
    eventType: 'Bounce',
    bounce: {
      feedbackId: FEEDBACK_ID,
      bounceType: 'Permanent',
      bounceSubType: 'General',
      bouncedRecipients: [
        {
          emailAddress: 'recipient@example.com',
          action: 'failed',
          status: '5.1.1',
          diagnosticCode: 'smtp; 550 5.1.1 user unknown',
        },
      ],
      timestamp: TIMESTAMP,
      reportingMTA: 'dns; b224-17.smtp-out.eu-central-1.amazonses.com',
    },
    mail: aMail(),
  },
  Complaint: {
    eventType: 'Complaint',
    complaint: {
      feedbackId: FEEDBACK_ID,
      complaintSubType: null,
      complainedRecipients: [{ emailAddress: 'recipient@example.com' }],
      timestamp: TIMESTAMP,
      userAgent: 'Amazon SES Mailbox Simulator',
      complaintFeedbackType: 'abuse',
      arrivalDate: TIMESTAMP,
    },
    mail: aMail(),
  },
  Reject: { eventType: 'Reject', mail: aMail(), reject: { reason: 'Bad content' } },
  Open: {
    eventType: 'Open',
    mail: aMail(),
    open: {
      ipAddress: '192.0.2.1',
      timestamp: TIMESTAMP,
      userAgent: CHROME,
      isBotEvent: 'Unlikely',
    },
  },
  Click: {
    eventType: 'Click',
    click: {
      ipAddress: '192.0.2.1',
      link: 'https://example.com/a?b=c',
      linkTags: { samplekey0: ['samplevalue0'] },
      timestamp: TIMESTAMP,
      userAgent: CHROME,
      isBotEvent: 'Likely',
    },
    mail: aMail(),
  },
  'Rendering Failure': {
    eventType: 'Rendering Failure',
    mail: aMail(),
    failure: {
      errorMessage: "Attribute 'name' is not present in the rendering data.",
      templateName: 'MyTemplate',
    },
  },
  DeliveryDelay: {
    eventType: 'DeliveryDelay',
    mail: aMail(),
    deliveryDelay: {
      timestamp: TIMESTAMP,
      delayType: 'TransientCommunicationFailure',
      expirationTime: '2026-11-25T10:00:05.456Z',
      delayedRecipients: [
        {
          emailAddress: 'recipient@example.com',
          status: '4.4.1',
          diagnosticCode: 'smtp; 421 4.4.1 Unable to connect to remote host',
        },
      ],
    },
  },
  Subscription: {
    eventType: 'Subscription',
    mail: aMail(),
    subscription: {
      contactList: 'ContactListName',
      timestamp: TIMESTAMP,
      source: 'UnsubscribeHeader',
      newTopicPreferences: { unsubscribeAll: true, topicSubscriptionStatus: [] },
    },
  },
} as const

/** What an identity's own topic tells, without tags of ours. */
export const FEEDBACK_BOUNCE = {
  notificationType: 'Bounce',
  bounce: {
    bounceType: 'Permanent',
    reportingMTA: 'dns; email.example.com',
    bouncedRecipients: [
      {
        emailAddress: 'jane@example.com',
        status: '5.1.1',
        action: 'failed',
        diagnosticCode: 'smtp; 550 5.1.1 <jane@example.com>... User',
      },
    ],
    bounceSubType: 'General',
    timestamp: '2016-01-27T14:59:38.237Z',
    feedbackId: '00000138111222aa-33322211-cccc-cccc-cccc-ddddaaaa068a-000000',
    remoteMtaIp: '127.0.2.0',
  },
  mail: {
    timestamp: '2016-01-27T14:59:38.237Z',
    source: 'john@example.com',
    messageId: '00000138111222aa-33322211-cccc-cccc-cccc-ddddaaaa0680-000000',
    destination: ['jane@example.com', 'mary@example.com', 'richard@example.com'],
    headersTruncated: false,
  },
}
