import { normalAddress } from './address.ts'
import { UUID } from './id.ts'
import { packUuid, unpackUuid, UUID_BYTES } from './uuid-bytes.ts'

/** Who may be taken out, and of what: all that is needed once the email's row is gone. */
export interface Leaving {
  /** In normal form. */
  address: string
  /** The email whose link it is. */
  emailId: string
  /** Null: of all broadcasts. */
  topicId: string | null
}

/** It keeps a link to the longest address within SES's 870 characters of a header. */
const MAX_TOPIC_BYTES = 64

/** Email id, length of the topic, topic, address. Null for what no link can be made of. */
export function packLeaving({ address, emailId, topicId }: Leaving): Uint8Array | null {
  if (!UUID.test(emailId) || normalAddress(address) !== address) return null
  const topic = new TextEncoder().encode(topicId ?? '')
  if (topic.length > MAX_TOPIC_BYTES) return null
  return Uint8Array.from([
    ...packUuid(emailId),
    topic.length,
    ...topic,
    ...new TextEncoder().encode(address),
  ])
}

/** Null for bytes that say nothing of the kind. */
export function unpackLeaving(bytes: Uint8Array): Leaving | null {
  const length = bytes[UUID_BYTES] ?? 0
  const from = UUID_BYTES + 1
  const emailId = unpackUuid(bytes.subarray(0, UUID_BYTES))
  const topic = new TextDecoder().decode(bytes.subarray(from, from + length))
  const address = new TextDecoder().decode(bytes.subarray(from + length))
  if (!UUID.test(emailId) || normalAddress(address) !== address) return null
  return { address, emailId, topicId: topic === '' ? null : topic }
}
