import { broadcastFile } from '../domain/broadcast-file.ts'
import type { Attachment as StoredAttachment } from '../domain/content.ts'
import { parseAttachments } from '../http/attachments.ts'
import { fetchOnce } from '../http/fetch-attachment.ts'
import type { DraftInput } from './broadcast-schema.ts'
import type { BroadcastDeps } from './deps.ts'

/** Of one email after base64, as SES counts (Amazon SES developer guide, service quotas). */
const MAX_MESSAGE_BYTES = 40 * 1024 * 1024
const ROOM_FOR_BODIES = 1024 * 1024

/** Into R2, once for all recipients. `from` is the number of the first one: a file in use is never written over. */
export async function storeAttachments(
  inputs: NonNullable<DraftInput['attachments']>,
  at: { broadcastId: string; from: number },
  deps: BroadcastDeps,
): Promise<StoredAttachment[]> {
  const fetchAttachment = fetchOnce(deps.fetch, deps.settings.publicUrl)
  const attachments = await parseAttachments(
    inputs,
    MAX_MESSAGE_BYTES - ROOM_FOR_BODIES,
    fetchAttachment,
  )
  const stored: StoredAttachment[] = []
  for (const [n, { filename, contentType, contentId, bytes }] of attachments.entries()) {
    const file = broadcastFile(at.broadcastId, at.from + n)
    await deps.files.put(file, bytes)
    stored.push({
      file,
      filename,
      content_type: contentType,
      content_id: contentId,
      size: bytes.length,
    })
  }
  return stored
}

/** For another broadcast: each has files of its own, so that one can go without the other. */
export async function copyAttachments(
  attachments: StoredAttachment[],
  broadcastId: string,
  files: BroadcastDeps['files'],
): Promise<StoredAttachment[]> {
  const copied: StoredAttachment[] = []
  for (const [n, attachment] of attachments.entries()) {
    const file = broadcastFile(broadcastId, n)
    await files.copy(attachment.file, file)
    copied.push({ ...attachment, file })
  }
  return copied
}
