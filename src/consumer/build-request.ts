import { ATTEMPT_TAG } from '../domain/attempt.ts'
import type { Bodies, NameValue } from '../domain/content.ts'
import { MAX_HEADERS } from '../domain/ses-limits.ts'
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

/** One email with a rendering of its own. */
export interface SingleEmail extends Bodies {
  sender: string
  replyTo: string[]
  subject: string
  destinations: Destination[]
  attempt: string
  tags: NameValue[]
  headers: NameValue[]
  sesTracking: boolean
  clickTracking: boolean
}

/** The body of POST /v2/email/outbound-emails. */
export function sendEmailRequest(
  email: SingleEmail,
  attachments: ReadyAttachment[],
  configurationSet: string,
): string {
  const { html, text } = email
  return JSON.stringify({
    FromEmailAddress: email.sender,
    ReplyToAddresses: email.replyTo,
    Destination: destination(email.destinations),
    Content: {
      Simple: {
        Subject: { Data: email.subject, Charset: 'UTF-8' },
        Body: {
          ...(text === null ? {} : { Text: { Data: text, Charset: 'UTF-8' } }),
          ...(html === null ? {} : { Html: { Data: html, Charset: 'UTF-8' } }),
        },
        Headers: sesHeaders(email.headers),
        ...(attachments.length === 0 ? {} : { Attachments: attachments.map(sesAttachment) }),
      },
    },
    EmailTags: sesTags(email.attempt, email.tags),
    ConfigurationSetName: configurationSet,
    ...overrides(email),
  })
}

/** An email with a content of its own, alone. */
export function ownRequest(
  { attempt, outline, bodies, destinations, extraHeaders }: ReadyEmail,
  attachments: ReadyAttachment[],
  configurationSet: string,
): string {
  const email = {
    ...bodies,
    sender: outline.sender,
    replyTo: outline.reply_to,
    subject: outline.subject,
    destinations,
    attempt,
    tags: outline.tags,
    headers: [...outline.headers, ...extraHeaders],
    sesTracking: outline.ses_tracking,
    clickTracking: outline.click_tracking,
  }
  return sendEmailRequest(email, attachments, configurationSet)
}

/** What all entries of a bulk call have in common. */
export interface BulkShared {
  sender: string
  replyTo: string[]
  sesTracking: boolean
  /** Links lead over ours already. */
  clickTracking: boolean
  /** SES's inline template: nothing but text and slots `{{v0}}`…, names with underscores are refused. */
  template: { subject: string; html: string | null; text: string | null }
  attachments: ReadyAttachment[]
  configurationSet: string
}

export interface BulkEntry {
  destinations: Destination[]
  attempt: string
  tags: NameValue[]
  headers: NameValue[]
  /** The values of the slots, already escaped by us: SES escapes nothing. */
  slots: Record<string, string>
}

/** The body of POST /v2/email/outbound-bulk-emails. */
export function sendBulkEmailRequest(shared: BulkShared, entries: BulkEntry[]): string {
  const { template, attachments } = shared
  return JSON.stringify({
    FromEmailAddress: shared.sender,
    ReplyToAddresses: shared.replyTo,
    DefaultContent: {
      Template: {
        TemplateContent: {
          Subject: template.subject,
          ...(template.html === null ? {} : { Html: template.html }),
          ...(template.text === null ? {} : { Text: template.text }),
        },
        TemplateData: '{}',
        ...(attachments.length === 0 ? {} : { Attachments: attachments.map(sesAttachment) }),
      },
    },
    BulkEmailEntries: entries.map((entry) => ({
      Destination: destination(entry.destinations),
      ReplacementTags: sesTags(entry.attempt, entry.tags),
      ReplacementHeaders: sesHeaders(entry.headers),
      ReplacementEmailContent: {
        ReplacementTemplate: { ReplacementTemplateData: JSON.stringify(entry.slots) },
      },
    })),
    ConfigurationSetName: shared.configurationSet,
    ...overrides(shared),
  })
}

/** Emails with contents of their own in one call: the template is nothing but slots. */
export function ownBulkRequest(
  emails: [ReadyEmail, ...ReadyEmail[]],
  attachments: ReadyAttachment[],
  configurationSet: string,
): string {
  const [{ outline, bodies }] = emails
  const shared: BulkShared = {
    sender: outline.sender,
    replyTo: outline.reply_to,
    sesTracking: outline.ses_tracking,
    clickTracking: outline.click_tracking,
    template: {
      subject: '{{v0}}',
      html: bodies.html === null ? null : '{{v1}}',
      text: bodies.text === null ? null : '{{v2}}',
    },
    attachments,
    configurationSet,
  }
  return sendBulkEmailRequest(
    shared,
    emails.map((email) => ({
      destinations: email.destinations,
      attempt: email.attempt,
      tags: email.outline.tags,
      headers: [...email.outline.headers, ...email.extraHeaders],
      slots: {
        v0: email.outline.subject,
        ...(email.bodies.html === null ? {} : { v1: email.bodies.html }),
        ...(email.bodies.text === null ? {} : { v2: email.bodies.text }),
      },
    })),
  )
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

function sesHeaders(headers: NameValue[]): object[] {
  return headers
    .slice(0, MAX_HEADERS)
    .map(({ name, value }) => ({ Name: name, Value: encodeWords(value) }))
}

/** Every tag is repeated per entry: whether SES joins them with defaults is not documented. */
function sesTags(attempt: string, tags: NameValue[]): object[] {
  return [{ name: ATTEMPT_TAG, value: attempt }, ...tags].map(({ name, value }) => ({
    Name: name,
    Value: value,
  }))
}

/** A click is tracked once: links that lead over ours are not led over SES, too. */
function overrides(by: { sesTracking: boolean; clickTracking: boolean }): object {
  if (by.sesTracking && !by.clickTracking) return {}
  const off = {
    ...(by.sesTracking ? {} : { OpenTrackingEnabled: 'DISABLED' }),
    ClickTrackingEnabled: 'DISABLED',
  }
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
