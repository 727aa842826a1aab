import { Buffer } from 'node:buffer'
import { dropOthers, membersPage } from '../db/audience/members.ts'
import { declaredProperties } from '../db/audience/properties.ts'
import { readSegment } from '../db/audience/segments.ts'
import type { BroadcastRow } from '../db/broadcasts/read-broadcasts.ts'
import { hasRecipients } from '../db/broadcasts/send-broadcast.ts'
import { uploadRecipients } from '../db/broadcasts/upload-recipients.ts'
import { contactRecipient, type PropertyValue } from '../domain/contact-values.ts'
import { invalidField } from '../http/errors.ts'
import type { BroadcastDeps } from './deps.ts'
import { changedMeanwhile } from './named-broadcast.ts'

/** Five queries each, of the 1,000 that D1 grants an invocation: 300,000 contacts of ordinary size. */
const MAX_PAGES = 150
/** Id, address, keys and quotes of a recipient. */
const BYTES_AROUND = 100

/**
 * Makes the members of a draft's segment its recipients, page by page, as they are now: a draft that
 * was gathered before loses those who are members no longer. It may be cut off anywhere and repeated.
 * Answers how many members do not want it and were left out; a broadcast without a segment keeps
 * what was uploaded.
 */
export async function gather(
  { id, state, segment_id: segmentId, topic_id: topicId }: BroadcastRow,
  { db, now: clock }: Pick<BroadcastDeps, 'db' | 'now'>,
): Promise<number> {
  if (segmentId === null || state !== 'draft') return 0
  const segment = await readSegment(db, segmentId)
  if (segment === null) throw invalidField('segment_id', 'The segment is no longer there.')
  const fallbacks = await fallbacksIn(db)
  const bytesAround = BYTES_AROUND + Buffer.byteLength(JSON.stringify(fallbacks))
  const wereThere = await hasRecipients(db, id)
  const now = clock()
  let members = 0
  let left = 0
  let after = ''
  for (let pages = 0; ; pages++) {
    const page = await membersPage(db, segment, { topicId, after, now, bytesAround })
    if (page.length === 0) break
    if (pages === MAX_PAGES) {
      throw invalidField('segment_id', `More than ${members} members: send to parts of it.`)
    }
    const wanting = page.filter(({ wants }) => wants === 1)
    const recipients = wanting.map((member) => {
      const properties: Record<string, PropertyValue> = JSON.parse(member.properties)
      return { address: member.address, ...contactRecipient(member, properties, fallbacks) }
    })
    if (recipients.length > 0 && (await uploadRecipients(db, id, recipients)) === null) {
      throw changedMeanwhile()
    }
    members += page.length
    left += page.length - wanting.length
    after = page.at(-1)?.id ?? after
  }
  const dropped = wereThere ? await dropOthers(db, segment, { id, topicId, now }) : 0
  console.info('segment gathered', { broadcastId: id, segmentId, members, left, dropped })
  return left
}

async function fallbacksIn(db: D1Database): Promise<Record<string, PropertyValue>> {
  const declared = await declaredProperties(db)
  return Object.fromEntries(
    [...declared].flatMap(([key, { fallback_value }]): [string, PropertyValue][] =>
      fallback_value === null ? [] : [[key, fallback_value]],
    ),
  )
}
