import { Buffer } from 'node:buffer'
import { type Brake, DEFAULT_BRAKE } from '../domain/brake.ts'
import type { Draft } from '../db/broadcasts/draft.ts'
import { mailbox } from '../domain/encoded-word.ts'
import { isSingleLine } from '../domain/single-line.ts'
import { invalidField, missingField } from '../http/errors.ts'
import { parseMailboxes, parseSender } from '../http/mailbox-fields.ts'
import { parseSubject } from '../http/subject.ts'
import { parseTags } from '../http/tags.ts'
import type { DraftInput } from './broadcast-schema.ts'
import { parseSegmentId } from './draft-segment.ts'

const MAX_NAME = 320
const MAX_PREVIEW = 998
/** SES takes an inline template of at most 1 MB as JSON; slots and headers of 50 recipients come on top. */
const MAX_BODIES = 900_000

/** A draft but for its attachments, which lie in R2. */
export type DraftFields = Omit<Draft, 'attachments'>

/** Throws an ApiError that names the field. */
export function parseDraft(input: DraftInput): DraftFields {
  const sender = parseSender(input.from)
  return {
    name: parseLine('name', input.name ?? '', MAX_NAME),
    sender: mailbox(sender.address, sender.name),
    reply_to: parseReplyTo(input),
    subject: parseSubject(input.subject),
    preview_text: parsePreview(input.preview_text),
    ...parseBodies(input),
    tags: parseTags(input.tags),
    pixel: input.tracking?.pixel ?? true,
    ses_tracking: input.tracking?.ses ?? true,
    click_tracking: input.tracking?.clicks ?? true,
    segment_id: parseSegmentId(input) ?? null,
    topic_id: input.topic_id?.toLowerCase() ?? null,
    doubt_policy: input.doubt_policy ?? 'hold',
    canary: input.canary ?? null,
    brake: parseBrake(input.brake, DEFAULT_BRAKE),
  }
}

/** The draft with those fields changed that the input names; null takes an optional one away. */
export function changeDraft(draft: DraftFields, input: DraftInput): DraftFields {
  const changed = { ...draft }
  if (input.name !== undefined) changed.name = parseLine('name', input.name ?? '', MAX_NAME)
  if (input.from !== undefined) {
    const { address, name } = parseSender(input.from)
    changed.sender = mailbox(address, name)
  }
  if (input.reply_to !== undefined) changed.reply_to = parseReplyTo(input)
  if (input.subject !== undefined) changed.subject = parseSubject(input.subject)
  if (input.preview_text !== undefined) changed.preview_text = parsePreview(input.preview_text)
  if (input.html !== undefined || input.text !== undefined) {
    const { html = draft.html, text = draft.text } = input
    Object.assign(changed, parseBodies({ html, text }))
  }
  if (input.tags !== undefined) changed.tags = parseTags(input.tags)
  if (input.tracking !== undefined) {
    changed.pixel = input.tracking?.pixel ?? (input.tracking === null || draft.pixel)
    changed.ses_tracking = input.tracking?.ses ?? (input.tracking === null || draft.ses_tracking)
    changed.click_tracking =
      input.tracking?.clicks ?? (input.tracking === null || draft.click_tracking)
  }
  const segmentId = parseSegmentId(input)
  if (segmentId !== undefined) changed.segment_id = segmentId
  if (input.topic_id !== undefined) changed.topic_id = input.topic_id?.toLowerCase() ?? null
  if (input.doubt_policy !== undefined) changed.doubt_policy = input.doubt_policy ?? 'hold'
  if (input.canary !== undefined) changed.canary = input.canary
  if (input.brake !== undefined) {
    changed.brake = parseBrake(input.brake, input.brake === null ? DEFAULT_BRAKE : draft.brake)
  }
  return changed
}

function parseReplyTo({ reply_to }: DraftInput): string[] {
  return parseMailboxes('reply_to', reply_to).map(({ address, name }) => mailbox(address, name))
}

function parseLine(field: string, value: string, most: number): string {
  if (isSingleLine(value) && value.length <= most && value.isWellFormed()) return value
  throw invalidField(field, `At most ${most} characters on one line.`)
}

function parsePreview(value: string | null | undefined): string | null {
  return value ? parseLine('preview_text', value, MAX_PREVIEW) : null
}

function parseBrake(input: DraftInput['brake'], otherwise: Brake): Brake {
  return {
    bounce_rate: input?.bounce_rate ?? otherwise.bounce_rate,
    complaint_rate: input?.complaint_rate ?? otherwise.complaint_rate,
    min_sent: input?.min_sent ?? otherwise.min_sent,
  }
}

/** A text that is absent (null) is made from the html with the template; an empty one asks for none. */
function parseBodies(input: Pick<DraftInput, 'html' | 'text'>): {
  html: string | null
  text: string | null
} {
  for (const field of ['html', 'text'] as const) {
    // NUL ends a string for SQLite's JSON functions, and no mail may carry it (RFC 5322 section 4).
    if (input[field]?.includes('\u0000') === true) throw invalidField(field, 'It holds a NUL.')
  }
  const bodies = { html: input.html || null, text: input.text ?? null }
  if (bodies.html === null && !bodies.text) throw missingField('html` or `text')
  if (Buffer.byteLength(JSON.stringify(bodies)) > MAX_BODIES) {
    throw invalidField('html', `html and text hold at most ${MAX_BODIES} bytes together as JSON.`)
  }
  return bodies
}
