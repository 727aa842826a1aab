import { ATTEMPT_TAG } from '../domain/attempt.ts'
import type { Bodies, NameValue, Outline } from '../domain/content.ts'
import { encodeWords, mailbox } from '../domain/encoded-word.ts'
import type { Sendable } from '../domain/plan-calls.ts'

export interface Destination {
  address: string
  name: string | null
  kind: 'to' | 'cc' | 'bcc'
}

/** An email with all that its request needs. Bodies hold the pixel already. */
export interface ReadyEmail extends Sendable {
  destinations: Destination[]
  /** Added by us on the way, e.g. whom a redirected email was meant for. */
  extraHeaders: NameValue[]
  bodies: Bodies
}

export interface ReadyAttachment {
  filename: string
  contentType: string
  contentId: string | null
  base64: string
}

/** SES: at most 15 headers a message. */
const MAX_HEADERS = 15

/** The body of POST /v2/email/outbound-emails. */
export function sendEmailRequest(
  email: ReadyEmail,
  attachments: ReadyAttachment[],
  configurationSet: string,
): string {
  const { outline, bodies } = email
  return JSON.stringify({
    FromEmailAddress: outline.sender,
    ReplyToAddresses: outline.reply_to,
    Destination: destination(email.destinations),
    Content: {
      Simple: {
        Subject: { Data: outline.subject, Charset: 'UTF-8' },
        Body: {
          ...(bodies.text === null ? {} : { Text: { Data: bodies.text, Charset: 'UTF-8' } }),
          ...(bodies.html === null ? {} : { Html: { Data: bodies.html, Charset: 'UTF-8' } }),
        },
        Headers: headers(email),
        ...(attachments.length === 0 ? {} : { Attachments: attachments.map(sesAttachment) }),
      },
    },
    EmailTags: tags(email),
    ConfigurationSetName: configurationSet,
    ...overrides(outline),
  })
}

/**
 * The body of POST /v2/email/outbound-bulk-emails: the shared template is nothing but slots, each
 * entry brings its own subject, html and text. Slots are `v0`…: SES refuses names with underscores.
 */
export function sendBulkEmailRequest(
  emails: [ReadyEmail, ...ReadyEmail[]],
  attachments: ReadyAttachment[],
  configurationSet: string,
): string {
  const [{ outline, bodies }] = emails
  return JSON.stringify({
    FromEmailAddress: outline.sender,
    ReplyToAddresses: outline.reply_to,
    DefaultContent: {
      Template: {
        TemplateContent: {
          Subject: '{{v0}}',
          ...(bodies.html === null ? {} : { Html: '{{v1}}' }),
          ...(bodies.text === null ? {} : { Text: '{{v2}}' }),
        },
        TemplateData: '{}',
        ...(attachments.length === 0 ? {} : { Attachments: attachments.map(sesAttachment) }),
      },
    },
    BulkEmailEntries: emails.map((email) => ({
      Destination: destination(email.destinations),
      ReplacementTags: tags(email),
      ReplacementHeaders: headers(email),
      ReplacementEmailContent: {
        ReplacementTemplate: { ReplacementTemplateData: slots(email) },
      },
    })),
    ConfigurationSetName: configurationSet,
    ...overrides(outline),
  })
}

function slots({ outline, bodies }: ReadyEmail): string {
  return JSON.stringify({
    v0: outline.subject,
    ...(bodies.html === null ? {} : { v1: bodies.html }),
    ...(bodies.text === null ? {} : { v2: bodies.text }),
  })
}

function destination(destinations: Destination[]): object {
  const of = (kind: Destination['kind']) =>
    destinations
      .filter((each) => each.kind === kind)
      .map(({ address, name }) => mailbox(address, name))
  const [to, cc, bcc] = [of('to'), of('cc'), of('bcc')]
  return {
    ToAddresses: to,
    ...(cc.length === 0 ? {} : { CcAddresses: cc }),
    ...(bcc.length === 0 ? {} : { BccAddresses: bcc }),
  }
}

function headers({ outline, extraHeaders }: ReadyEmail): object[] {
  return [...outline.headers, ...extraHeaders]
    .slice(0, MAX_HEADERS)
    .map(({ name, value }) => ({ Name: name, Value: encodeWords(value) }))
}

/** Every tag is repeated per entry: whether SES joins them with defaults is not documented. */
function tags({ outline, attempt }: ReadyEmail): object[] {
  return [{ name: ATTEMPT_TAG, value: attempt }, ...outline.tags].map(({ name, value }) => ({
    Name: name,
    Value: value,
  }))
}

function overrides({ ses_tracking }: Outline): object {
  if (ses_tracking) return {}
  const off = { OpenTrackingEnabled: 'DISABLED', ClickTrackingEnabled: 'DISABLED' }
  return { ConfigurationOverrides: { Tracking: off } }
}

function sesAttachment(attachment: ReadyAttachment): object {
  const { filename, contentType, contentId, base64 } = attachment
  return {
    FileName: filename,
    ContentType: contentType,
    RawContent: base64,
    ContentTransferEncoding: 'BASE64',
    ...(contentId === null
      ? { ContentDisposition: 'ATTACHMENT' }
      : { ContentDisposition: 'INLINE', ContentId: contentId }),
  }
}
