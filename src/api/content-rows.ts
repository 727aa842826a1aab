import type { NewContent } from '../db/accept-emails.ts'
import { contentFile } from '../domain/content-file.ts'
import { sha256 } from '../domain/sha256.ts'
import type { SendEmail } from './send-email.ts'

/** Bodies past this, as JSON carries them to D1, are files. */
const MAX_INLINE_BODY = 500_000
/** Bodies of one request past this together are files, too. */
const MAX_INLINE_TOGETHER = 1_000_000

export interface FileToStore {
  key: string
  content: Uint8Array | string
}

export interface ContentRows {
  contents: NewContent[]
  files: FileToStore[]
  /** By the email's place in the request. */
  contentIds: string[]
}

/** What was to be sent, once for all emails of the request that share it. `ids` are the emails', in order. */
export async function contentRows(
  emails: SendEmail[],
  ids: string[],
  switches: { pixel: boolean; sesTracking: boolean; clickTracking: boolean },
): Promise<ContentRows> {
  const rows: ContentRows = { contents: [], files: [], contentIds: [] }
  const known = new Map<string, NewContent>()
  let inlined = 0
  for (const [index, email] of emails.entries()) {
    const id = ids[index] ?? ''
    const digest = await digestOf(email)
    const shared = known.get(digest)
    if (shared !== undefined) {
      shared.last_email_id = id
      rows.contentIds.push(shared.id)
      continue
    }
    const html = placed(email.html, contentFile(id, 'html'))
    const text = placed(email.text, contentFile(id, 'text'))
    const content: NewContent = {
      id,
      last_email_id: id,
      sender: email.sender,
      reply_to: email.replyTo,
      subject: email.subject,
      html: html.inline,
      text: text.inline,
      html_file: html.file,
      text_file: text.file,
      headers: email.headers,
      tags: email.tags,
      attachments: email.attachments.map((attachment, n) => ({
        file: contentFile(id, n),
        filename: attachment.filename,
        content_type: attachment.contentType,
        content_id: attachment.contentId,
        size: attachment.bytes.length,
      })),
      pixel: switches.pixel && email.pixel,
      ses_tracking: switches.sesTracking && email.sesTracking,
      click_tracking: switches.clickTracking && email.clickTracking,
      template_id: email.templateId,
    }
    for (const [n, { bytes }] of email.attachments.entries()) {
      rows.files.push({ key: contentFile(id, n), content: bytes })
    }
    known.set(digest, content)
    rows.contents.push(content)
    rows.contentIds.push(id)
  }
  return rows

  function placed(
    body: string | null,
    key: string,
  ): { inline: string | null; file: string | null } {
    if (body === null) return { inline: null, file: null }
    const size = jsonSize(body)
    if (size <= MAX_INLINE_BODY && inlined + size <= MAX_INLINE_TOGETHER) {
      inlined += size
      return { inline: body, file: null }
    }
    rows.files.push({ key, content: body })
    return { inline: null, file: key }
  }
}

/** Bytes within a JSON parameter, where a control character takes six. */
function jsonSize(text: string): number {
  return new TextEncoder().encode(JSON.stringify(text)).length
}

async function digestOf(email: SendEmail): Promise<string> {
  const files = await Promise.all(
    email.attachments.map(async ({ bytes, ...named }) => [named, await sha256(bytes)]),
  )
  const { sender, replyTo, subject, html, text, headers, tags, pixel, sesTracking } = email
  const said = [sender, replyTo, subject, html, text, headers, tags, email.templateId]
  const all = [...said, pixel, sesTracking, email.clickTracking, files]
  return await sha256(new TextEncoder().encode(JSON.stringify(all)))
}
