import type { Attachment } from './email.ts'
import { checkAttachments } from './limits.ts'
import type { RequestAttachment } from './request.ts'

/** The test virus that every scanner knows, in two halves so that none mistakes this file for it. */
const EICAR = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('')

export interface Attachments {
  list: Attachment[]
  infected: boolean
}

export function readAttachments(given: RequestAttachment[]): Attachments {
  checkAttachments(given)
  const files = given.map((attachment) => ({
    attachment,
    bytes: Buffer.from(attachment.RawContent, 'base64'),
  }))
  return {
    list: files.map(({ attachment, bytes }) => ({
      filename: attachment.FileName,
      contentType: attachment.ContentType ?? 'application/octet-stream',
      size: bytes.length,
    })),
    infected: files.some(({ bytes }) => isInfected(bytes)),
  }
}

export function isInfected(bytes: Buffer): boolean {
  return bytes.includes(EICAR)
}
