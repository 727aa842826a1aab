import { z } from 'zod'

const text = z.string()

const signed = {
  MessageId: text,
  TopicArn: text,
  Timestamp: text,
  Message: text,
  SignatureVersion: text,
  Signature: text,
  SigningCertURL: text,
}

const envelope = z.discriminatedUnion('Type', [
  z.object({ ...signed, Type: z.literal('Notification'), Subject: text.nullish() }),
  z.object({
    ...signed,
    Type: z.literal('SubscriptionConfirmation'),
    Token: text,
    SubscribeURL: text,
  }),
  z.object({
    ...signed,
    Type: z.literal('UnsubscribeConfirmation'),
    Token: text,
    SubscribeURL: text,
  }),
])

const TYPES = new Set(['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation'])

/** What SNS posts, as strings in the formats that SNS writes; nothing of it is proven yet. */
export type Envelope = z.infer<typeof envelope>

export type ParsedEnvelope =
  | { type: 'envelope'; envelope: Envelope }
  /** It is not a message of SNS at all. */
  | { type: 'malformed'; reason: string }
  /** It looks like one, and SNS cannot have written it for us. */
  | { type: 'refused'; reason: string }

const MESSAGE_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
const TOKEN = /^[0-9a-f]{64,512}$/
const PRINTABLE_URL = /^https:\/\/[\x21-\x7e]{1,2048}$/
const MAX_SIGNATURE = 1024
const LINE_BREAK = /[\r\n]/

/**
 * One JSON.parse, strict types, then the format of every field (TopicArn is compared by who knows our
 * topics): the string that SNS signs joins them by line breaks, so a field with a line break could be
 * cut anew elsewhere. Only Message, the first of them, may hold any.
 */
export function parseEnvelope(body: string): ParsedEnvelope {
  const json = parseJson(body)
  const named = z.object({ Type: text }).safeParse(json)
  if (!named.success) return { type: 'malformed', reason: 'not a message of SNS' }
  if (!TYPES.has(named.data.Type)) return { type: 'refused', reason: 'unknown Type' }
  const parsed = envelope.safeParse(json)
  if (!parsed.success) {
    const field = String(parsed.error.issues[0]?.path[0] ?? 'a field')
    return { type: 'malformed', reason: `${field} is missing or not a text` }
  }
  const wrong = wrongField(parsed.data)
  if (wrong !== null) return { type: 'refused', reason: wrong }
  return { type: 'envelope', envelope: parsed.data }
}

function wrongField(message: Envelope): string | null {
  // Both are signed as U+FFFD: one signature would stand for many texts.
  if (!Object.values(message).every((value) => value?.isWellFormed() ?? true)) {
    return 'half of a surrogate pair'
  }
  if (!MESSAGE_ID.test(message.MessageId)) return 'MessageId is not a UUID'
  if (!TIMESTAMP.test(message.Timestamp) || Number.isNaN(Date.parse(message.Timestamp))) {
    return 'Timestamp is not a time'
  }
  if (message.Type === 'Notification') {
    // SNS takes no Subject of several lines either (SNS API, Publish).
    if (LINE_BREAK.test(message.Subject ?? '')) return 'Subject is not one line'
  } else {
    if (!TOKEN.test(message.Token)) return 'Token is not one of SNS'
    if (!PRINTABLE_URL.test(message.SubscribeURL)) return 'SubscribeURL is not an address'
  }
  return isCanonicalBase64(message.Signature) ? null : 'Signature is not base64'
}

/** One signature has one spelling. */
function isCanonicalBase64(value: string): boolean {
  if (value === '' || value.length > MAX_SIGNATURE) return false
  return Buffer.from(value, 'base64').toString('base64') === value
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
