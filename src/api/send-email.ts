import { Buffer } from 'node:buffer'
import type { NameValue } from '../domain/content.ts'
import { mailbox } from '../domain/encoded-word.ts'
import { UUID } from '../domain/id.ts'
import type { Priority } from '../domain/priority.ts'
import { type Attachment, type FetchAttachment, parseAttachments } from '../http/attachments.ts'
import { invalidField, missingField } from '../http/errors.ts'
import { schemaFault } from '../http/field-path.ts'
import { parseSender } from '../http/mailbox-fields.ts'
import { parseSubject } from '../http/subject.ts'
import { refuseSender } from './refuse-sender.ts'
import { parseRecipients, parseReplyTo, type Recipient } from './recipients.ts'
import { isoTime, parseScheduledAt } from '../http/scheduled-time.ts'
import type { Filled, FillTemplate } from './fill-template.ts'
import { parseHeaders } from './send-headers.ts'
import { sendEmailBody, type SendInput } from './send-schema.ts'
import { parseTags } from '../http/tags.ts'

/** An email that may be accepted as it is. Times are epoch milliseconds. */
export interface SendEmail {
  /** As From and Reply-To headers carry them, ASCII. */
  sender: string
  replyTo: string[]
  subject: string
  html: string | null
  text: string | null
  headers: NameValue[]
  tags: NameValue[]
  attachments: Attachment[]
  recipients: Recipient[]
  priority: Priority | null
  scheduledAt: number | null
  expiresAt: number | null
  /** False: switched off for this email. */
  pixel: boolean
  sesTracking: boolean
  clickTracking: boolean
  /** The stored template it was rendered from. */
  templateId: string | null
  /** Who has left this topic does not get it. */
  topicId: string | null
}

export interface ParseDeps {
  now: number
  /** The only domain that the caller's key may send from; null: any. */
  sendsFrom: string | null
  fillTemplate: FillTemplate
  fetchAttachment: FetchAttachment
  plainText: (html: string) => string | null
  isTopic: (id: string) => Promise<boolean>
}

/** Of one email after base64, as SES counts (Amazon SES developer guide, service quotas). */
export const MAX_MESSAGE_BYTES = 40 * 1024 * 1024

/** Throws an ApiError that names the field. Attachments come last: they may be fetched. */
export async function parseSendEmail(json: unknown, deps: ParseDeps): Promise<SendEmail> {
  const parsed = sendEmailBody.safeParse(json)
  if (!parsed.success) throw schemaFault(parsed.error)
  const input = parsed.data
  const topicId = await parseTopic(input, deps.isTopic)
  const filled = await fromTemplate(input, deps.fillTemplate)
  const sender = parseSender(input.from || filled?.sender)
  refuseSender(sender.address, deps.sendsFrom)
  const recipients = parseRecipients(input)
  const subject = parseSubject(input.subject || filled?.subject)
  const { headers, replyTo, priority, pixel, sesTracking, clickTracking } = parseHeaders(
    input.headers,
  )
  const tags = parseTags(input.tags)
  const times = parseTimes(input, deps.now)
  const bodies = filled ?? parseBodies(input, deps.plainText)
  const ownReplyTo = parseReplyTo(input, replyTo).map(({ address, name }) => mailbox(address, name))
  return {
    sender: mailbox(sender.address, sender.name),
    replyTo: ownReplyTo.length === 0 && filled !== null ? filled.replyTo : ownReplyTo,
    subject,
    html: bodies.html,
    text: bodies.text,
    templateId: filled?.templateId ?? null,
    topicId,
    headers,
    tags,
    recipients,
    priority: input.priority ?? priority,
    ...times,
    pixel: (input.tracking?.pixel ?? pixel) !== false,
    sesTracking: (input.tracking?.ses ?? sesTracking) !== false,
    clickTracking: (input.tracking?.clicks ?? clickTracking) !== false,
    attachments: await parseAttachments(
      input.attachments ?? [],
      roomBeside(bodies),
      deps.fetchAttachment,
    ),
  }
}

async function parseTopic(
  { topic_id }: SendInput,
  isTopic: ParseDeps['isTopic'],
): Promise<string | null> {
  if (!topic_id) return null
  const id = topic_id.toLowerCase()
  if (UUID.test(id) && (await isTopic(id))) return id
  throw invalidField('topic_id', 'There is no topic of this id.')
}

/** Null: the email brings its own content. Some clients always write a text, empty beside a template. */
async function fromTemplate(input: SendInput, fill: FillTemplate): Promise<Filled | null> {
  if (!input.template) return null
  for (const field of ['html', 'text'] as const) {
    if (input[field]) throw invalidField(field, 'The content is that of the template.')
  }
  const { id, variables } = input.template
  return await fill({ id, variables: variables ?? {}, ownSubject: Boolean(input.subject) })
}

/** Text is made from html when absent; an empty text asks for none. */
function parseBodies(
  input: SendInput,
  plainText: ParseDeps['plainText'],
): { html: string | null; text: string | null } {
  for (const field of ['html', 'text'] as const) {
    // NUL ends a string for SQLite's JSON functions, and no mail may carry it (RFC 5322 section 4).
    if (input[field]?.includes('\u0000') === true) throw invalidField(field, 'It holds a NUL.')
  }
  const html = input.html || null
  if (html === null) {
    if (input.text === null || input.text === undefined) {
      if (input.html === '') return { html: null, text: '' }
      throw missingField('html` or `text')
    }
    return { html: null, text: input.text }
  }
  if (input.text === '') return { html, text: null }
  return { html, text: input.text ?? (plainText(html) || null) }
}

/** What the bodies leave of the size that SES takes. */
function roomBeside({ html, text }: { html: string | null; text: string | null }): number {
  const room = MAX_MESSAGE_BYTES - Buffer.byteLength(html ?? '') - Buffer.byteLength(text ?? '')
  if (room < 0) throw invalidField('html', 'html and text hold at most 40 MB together.')
  return room
}

function parseTimes(
  input: SendInput,
  now: number,
): { scheduledAt: number | null; expiresAt: number | null } {
  const scheduledAt = parseScheduledAt(input.scheduled_at, now)
  if (!input.expires_at) return { scheduledAt, expiresAt: null }
  const expiresAt = isoTime(input.expires_at)
  if (expiresAt === null) throw invalidField('expires_at', 'Give an ISO 8601 time.')
  if (expiresAt <= (scheduledAt ?? now)) {
    throw invalidField('expires_at', 'It is over before the email is due.')
  }
  return { scheduledAt, expiresAt }
}
