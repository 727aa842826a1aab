import { insertDraft } from '../db/broadcasts/draft.ts'
import type { BroadcastRow } from '../db/broadcasts/read-broadcasts.ts'
import type { BroadcastDeps } from './deps.ts'
import { draftOf } from './draft-of.ts'
import { newBroadcastId } from './new-id.ts'
import { copyAttachments } from './store-attachments.ts'

/** What it says as a new draft without recipients; the new id. */
export async function copyBroadcast(
  row: BroadcastRow,
  as: {
    name: string
    parentId: string | null
    apiKeyId: string
    /** Throws where something was made under the key before. */
    once?: { key: string; fingerprint: string }
  },
  deps: BroadcastDeps,
): Promise<string> {
  const draft = draftOf(row)
  const now = deps.now()
  const id = newBroadcastId(now, deps.random)
  const attachments = await copyAttachments(draft.attachments, id, deps.files)
  const { name, parentId, apiKeyId, once } = as
  const kept = once && { ...once, since: now - deps.settings.idempotencyMs }
  // One that goes to some of another's recipients has them, not a segment.
  const segment_id = parentId === null ? draft.segment_id : null
  const copy = { ...draft, name, attachments, segment_id }
  await insertDraft(deps.db, copy, { id, apiKeyId, parentId, now, kept })
  console.info('broadcast copied', { broadcastId: id, from: row.id })
  return id
}
