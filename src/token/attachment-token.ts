import { packUuid, unpackUuid, UUID_BYTES } from '../domain/uuid-bytes.ts'
import { signToken, type TokenKey, verifyToken } from './token.ts'

/** An attachment that may be downloaded for a while. */
export interface Download {
  emailId: string
  /** Of the email's attachments, from 0. */
  index: number
  /** Epoch milliseconds, whole seconds. */
  expiresAt: number
}

const SECOND = 1000
const LENGTH = UUID_BYTES + 1 + 6

/** For `/-/attachments/<token>`. */
export function signDownload(download: Download, keys: readonly TokenKey[]): string {
  const { emailId, index, expiresAt } = download
  const payload = new Uint8Array(LENGTH)
  payload.set(packUuid(emailId))
  payload[UUID_BYTES] = index
  Buffer.from(payload.buffer).writeUIntBE(expiresAt / SECOND, UUID_BYTES + 1, 6)
  return signToken('attachment', payload, keys)
}

/** What may be downloaded with this token until it expires, or null. */
export function verifyDownload(token: string, keys: readonly TokenKey[]): Download | null {
  const payload = verifyToken('attachment', token, keys)
  if (payload === null || payload.length !== LENGTH) return null
  return {
    emailId: unpackUuid(payload.subarray(0, UUID_BYTES)),
    index: payload[UUID_BYTES] ?? 0,
    expiresAt: Buffer.from(payload).readUIntBE(UUID_BYTES + 1, 6) * SECOND,
  }
}
