import { hashedUuid } from './hashed-uuid.ts'

/** Of the n-th attachment of an email, from 0. */
export async function attachmentId(emailId: string, index: number): Promise<string> {
  return await hashedUuid(`attachment ${emailId} ${index}`)
}
