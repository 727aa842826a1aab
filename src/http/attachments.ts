import { getMimeType } from 'hono/utils/mime'
import { Buffer } from 'node:buffer'
import { encodedSize, isRefusedFilename } from '../domain/attachment.ts'
import { isSingleLine } from '../domain/single-line.ts'
import { type ApiError, invalidAttachment } from './errors.ts'
import type { AttachmentInput } from './fields.ts'

export interface Attachment {
  filename: string
  contentType: string
  contentId: string | null
  bytes: Uint8Array
}

/** What a `path` led to. */
export interface Fetched {
  bytes: Uint8Array
  contentType: string | null
}
export type FetchAttachment = (field: string, url: string) => Promise<Fetched>

const MB = 1024 * 1024
/** A list of numbers costs an isolate far more memory than its bytes. */
const MAX_LISTED_BYTES = 8 * MB
const MAX_FILENAME = 255
const MAX_CONTENT_TYPE = 78
const MAX_CONTENT_ID = 78

/** `room` is what they may take in base64, bytes. */
export async function parseAttachments(
  inputs: AttachmentInput[],
  room: number,
  fetchAttachment: FetchAttachment,
): Promise<Attachment[]> {
  const attachments: Attachment[] = []
  let encoded = 0
  for (const [index, input] of inputs.entries()) {
    const attachment = await parseAttachment(`attachments[${index}]`, input, fetchAttachment)
    encoded += encodedSize(attachment.bytes.length)
    if (encoded > room) {
      throw invalidAttachment('attachments', 'An email holds at most 40 MB in base64.')
    }
    attachments.push(attachment)
  }
  return attachments
}

async function parseAttachment(
  field: string,
  input: AttachmentInput,
  fetchAttachment: FetchAttachment,
): Promise<Attachment> {
  const path = input.path ?? ''
  const filename = input.filename || lastSegment(path) || 'attachment'
  if (!isSingleLine(filename) || filename.length > MAX_FILENAME) {
    throw invalidAttachment(`${field}.filename`, `At most ${MAX_FILENAME} characters on one line.`)
  }
  if (isRefusedFilename(filename)) {
    throw invalidAttachment(`${field}.filename`, 'Amazon SES does not send files of this kind.')
  }
  const given = parseContentType(field, input.content_type ?? input.contentType ?? '')
  const contentType = given ?? getMimeType(filename) ?? 'application/octet-stream'
  const contentId = parseContentId(field, input.content_id ?? input.inline_content_id ?? '')
  if (input.content !== undefined && input.content !== null) {
    return { filename, contentType, contentId, bytes: decode(`${field}.content`, input.content) }
  }
  if (path === '') throw invalidAttachment(field, 'Give `content` or `path`.')
  const fetched = await fetchAttachment(`${field}.path`, path)
  return {
    filename,
    contentType: given ?? usable(fetched.contentType) ?? contentType,
    contentId,
    bytes: fetched.bytes,
  }
}

function parseContentType(field: string, type: string): string | null {
  if (type === '' || usable(type) !== null) return type === '' ? null : type
  throw invalidAttachment(`${field}.content_type`, 'Expected a media type like `text/plain`.')
}

function usable(type: string | null): string | null {
  const good = type !== null && type.length <= MAX_CONTENT_TYPE
  return good && /^[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+(;[ -~]*)?$/i.test(type) ? type : null
}

function parseContentId(field: string, given: string): string | null {
  const id = given.replace(/^<|>$/g, '')
  if (id === '') return null
  if (/^[!-;=?-~]+$/.test(id) && id.length <= MAX_CONTENT_ID) return id
  throw invalidAttachment(
    `${field}.content_id`,
    `At most ${MAX_CONTENT_ID} printable ASCII characters without spaces or angle brackets.`,
  )
}

/** Base64, a Node Buffer as JSON, or a list of bytes; text that is not base64 stands for itself. */
function decode(field: string, content: unknown): Uint8Array {
  if (typeof content === 'string') {
    return isBase64(content) ? Buffer.from(content, 'base64') : new TextEncoder().encode(content)
  }
  if (Array.isArray(content)) return fromList(field, content)
  if (typeof content === 'object' && content !== null && 'data' in content) {
    if (Array.isArray(content.data)) return fromList(field, content.data)
    if (typeof content.data === 'string') return decode(field, content.data)
  }
  throw malformed(field)
}

function isBase64(text: string): boolean {
  const unbroken = /[\r\n]/.test(text) ? text.replace(/[\r\n]+/g, '') : text
  return unbroken.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(unbroken)
}

function fromList(field: string, list: unknown[]): Uint8Array {
  if (list.length > MAX_LISTED_BYTES) {
    throw invalidAttachment(field, 'A list of bytes holds at most 8 MB; send base64.')
  }
  const bytes = new Uint8Array(list.length)
  for (const [index, byte] of list.entries()) {
    if (typeof byte !== 'number' || !Number.isInteger(byte) || byte < 0 || byte > 255) {
      throw malformed(field)
    }
    bytes[index] = byte
  }
  return bytes
}

function malformed(field: string): ApiError {
  return invalidAttachment(field, 'Expected base64 or a list of bytes.')
}

function lastSegment(url: string): string {
  const name = URL.canParse(url) ? (new URL(url).pathname.split('/').at(-1) ?? '') : ''
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
