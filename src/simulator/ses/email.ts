import type { TemplateData } from './template.ts'

export interface Attachment {
  filename: string
  contentType: string
  /** Bytes. */
  size: number
}

export interface Content {
  html: string | null
  text: string | null
}

/** One message as SES took it: what a recipient gets and what its events tell. */
export interface Email {
  operation: 'SendEmail' | 'SendBulkEmail'
  /** Addresses as given, with display names. */
  from: string
  to: string[]
  cc: string[]
  bcc: string[]
  replyTo: string[]
  /** Bare addresses of the envelope: to, cc and bcc. */
  recipients: string[]
  subject: string
  hasHtml: boolean
  /** Rendered when asked for, since most are never looked at. */
  content(): Content
  headers: { name: string; value: string }[]
  attachments: Attachment[]
  tags: { name: string; value: string }[]
  configurationSet: string | null
  openTracking: boolean
  clickTracking: boolean
  /** The variable that the template asks for and the data lacks. */
  missing: string | null
  templateName: string
  infected: boolean
  /** A MIME message given whole: its events carry no headers. */
  raw: boolean
}

/** The name of the tag whose value is the attempt id of whoever sends. */
export const ATTEMPT_TAG = 'aerogram_attempt'

export function attemptOf(tags: { name: string; value: string }[]): string | null {
  return tags.find(({ name }) => name === ATTEMPT_TAG)?.value ?? null
}

/** Entry data over default data, merged through objects; lists and scalars are replaced whole. */
export function mergeData(base: TemplateData, over: TemplateData): TemplateData {
  const merged: TemplateData = { ...base }
  for (const [key, value] of Object.entries(over)) {
    const below = Object.hasOwn(merged, key) ? merged[key] : undefined
    merged[key] = isObject(below) && isObject(value) ? mergeData(below, value) : value
  }
  return merged
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
