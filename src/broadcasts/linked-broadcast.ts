import { type BroadcastRow, readBroadcast } from '../db/broadcasts/read-broadcasts.ts'
import { countRecipients } from '../db/broadcasts/send-broadcast.ts'
import { unopenedRecipients } from '../db/broadcasts/unopened.ts'
import { uploadRecipients } from '../db/broadcasts/upload-recipients.ts'
import { type IdempotencyRecord, readIdempotency } from '../db/idempotency.ts'
import { ApiError, invalidField } from '../http/errors.ts'
import { keyInUse } from '../http/idempotency-key.ts'
import { copyBroadcast } from './copy-broadcast.ts'
import type { BroadcastDeps } from './deps.ts'
import { changedMeanwhile } from './named-broadcast.ts'
import { send } from './post-send.ts'

export interface LinkedRequest {
  name: string
  send: boolean
  apiKeyId: string
  /** From the header, or '': all requests without one are the same request. */
  key: string
  /** Of the body, where there is a key. */
  fingerprint: string
}

/**
 * A broadcast of its own to those who have not opened. Asked again under the same key it goes on
 * with the same one, wherever the first request ended: recipients are added until it leaves draft,
 * and what has left is not sent again.
 */
export async function toUnopened(
  row: BroadcastRow,
  asked: LinkedRequest,
  deps: BroadcastDeps,
): Promise<{ id: string; recipients: number }> {
  const id = (await linkedBefore(row, asked, deps)) ?? (await made(row, asked, deps))
  if (await isDraft(id, deps.db)) {
    await fill(id, row.id, deps)
    if (asked.send) await sendOnce(id, deps)
  }
  return { id, recipients: await countRecipients(deps.db, id) }
}

async function isDraft(id: string, db: D1Database): Promise<boolean> {
  return (await readBroadcast(db, id))?.state === 'draft'
}

/** What was made under this key; null: nothing, or somebody has deleted it. */
async function linkedBefore(
  row: BroadcastRow,
  asked: LinkedRequest,
  { db, now, settings }: BroadcastDeps,
): Promise<string | null> {
  const record = await readIdempotency(db, storedKey(row, asked), now() - settings.idempotencyMs)
  const id = record === null ? null : idIn(record)
  if (record === null || id === null || (await readBroadcast(db, id)) === null) return null
  if (record.fingerprint !== asked.fingerprint) throw keyInUse()
  return id
}

/** No header holds a line end: nobody else's key is the same. */
function storedKey({ id }: BroadcastRow, { key }: LinkedRequest): string {
  return `resend\n${id}\n${key}`
}

/** Written by us. */
function idIn({ answer }: IdempotencyRecord): string {
  const id: string = JSON.parse(answer)
  return id
}

async function made(row: BroadcastRow, asked: LinkedRequest, deps: BroadcastDeps): Promise<string> {
  if ((await unopenedRecipients(deps.db, row.id, null, deps.now())).length === 0)
    throw invalidField('to', 'There is nobody who got it and has not opened it.')
  const { name, apiKeyId, fingerprint } = asked
  const once = { key: storedKey(row, asked), fingerprint }
  try {
    return await copyBroadcast(row, { name, parentId: row.id, apiKeyId, once }, deps)
  } catch (error) {
    // Another request was first, or the write that threw has committed.
    const first = await linkedBefore(row, asked, deps)
    if (first === null) throw error
    return first
  }
}

async function fill(
  id: string,
  parentId: string,
  { db, now }: Pick<BroadcastDeps, 'db' | 'now'>,
): Promise<void> {
  let after: string | null = null
  for (;;) {
    const page = await unopenedRecipients(db, parentId, after, now())
    if (page.length === 0) return
    const people = page.map(({ address, name, variables }) => ({ address, name, variables }))
    // A request beside this one may have sent it by now, with all of them.
    if ((await uploadRecipients(db, id, people)) === null) return
    after = page.at(-1)?.id ?? null
  }
}

async function sendOnce(id: string, deps: BroadcastDeps): Promise<void> {
  try {
    await send(id, null, deps.now(), deps)
  } catch (error) {
    if (!(error instanceof ApiError) || (await isDraft(id, deps.db))) throw error
    if ((await readBroadcast(deps.db, id)) === null) throw changedMeanwhile()
  }
}
