import { readBodies, type StoredBodies } from '../db/read-contents.ts'
import type { Attachment, Bodies } from '../domain/content.ts'
import { withTrackedLinks } from '../domain/tracked-links.ts'
import { withPixel } from '../domain/pixel.ts'
import {
  type ReadyAttachment,
  type ReadyEmail,
  ownBulkRequest,
  ownRequest,
} from './build-request.ts'
import type { PreparedRequest, SesForm } from './make-call.ts'
import type { PreparedEmail } from './prepare-emails.ts'
import type { Sending } from './sending.ts'

/** SES: 1 MB for a request with an inline template, measured on the final JSON. */
export const MAX_BULK_BYTES = 1_000_000

/** The request's JSON. Null: its content cannot be read now. */
export async function prepareRequest(
  form: SesForm,
  emails: PreparedEmail[],
  sending: Sending,
): Promise<PreparedRequest> {
  const { configurationSet } = sending.settings
  try {
    const [first, ...others] = await readyEmails(emails, sending)
    if (first === undefined) return null
    const attachments = await loadAttachments(first.outline.attachments, sending)
    if (form === 'SendEmail') {
      return { body: ownRequest(first, attachments, configurationSet) }
    }
    const body = ownBulkRequest([first, ...others], attachments, configurationSet)
    return new TextEncoder().encode(body).length > MAX_BULK_BYTES ? 'too large' : { body }
  } catch (error) {
    console.warn('content could not be read', { emails: emails.length, error: String(error) })
    return null
  }
}

/** Of the first: those that share a call are small, all of them (domain/plan-calls.ts). */
export function sizeOf([first]: PreparedEmail[]): number {
  if (first === undefined) return 0
  const { attachments, html_length, text_length } = first.outline
  const bodies = (html_length ?? 0) + (text_length ?? 0)
  return attachments.reduce((sum, { size }) => sum + size, bodies)
}

async function readyEmails(emails: PreparedEmail[], sending: Sending): Promise<ReadyEmail[]> {
  const stored = await sending.dbSlots(() =>
    readBodies(
      sending.db,
      emails.map(({ outline }) => outline.id),
    ),
  )
  const byContent = new Map<string, Bodies>()
  for (const row of stored) byContent.set(row.id, await bodies(row, sending))
  return emails.map((email) => {
    const own = byContent.get(email.outline.id)
    if (own === undefined) throw new Error('a content is gone')
    const pixel = sending.settings.pixel && email.outline.pixel && email.claimed.canary === 0
    const clicks = sending.settings.clickTracking && email.outline.click_tracking
    const linked =
      own.html !== null && clicks
        ? withTrackedLinks(own.html, sending.trackLink(email.attempt))
        : own.html
    const html =
      linked !== null && pixel ? withPixel(linked, sending.pixelUrl(email.attempt)) : linked
    const tracking = sending.settings.sesTracking && email.outline.ses_tracking
    return {
      ...email,
      bodies: { html, text: own.text },
      outline: { ...email.outline, ses_tracking: tracking, click_tracking: clicks },
    }
  })
}

async function bodies(row: StoredBodies, sending: Sending): Promise<Bodies> {
  const read = (file: string) => sending.callSlots(() => sending.files.readText(file))
  return {
    html: row.html_file === null ? row.html : await read(row.html_file),
    text: row.text_file === null ? row.text : await read(row.text_file),
  }
}

export async function loadAttachments(
  list: Attachment[],
  sending: Sending,
): Promise<ReadyAttachment[]> {
  const loaded: ReadyAttachment[] = []
  for (const { file, filename, content_type, content_id } of list) {
    loaded.push({
      filename,
      contentType: content_type,
      contentId: content_id,
      base64: await sending.callSlots(() => sending.files.readBase64(file)),
    })
  }
  return loaded
}
