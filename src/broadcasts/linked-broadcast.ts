import { type BroadcastRow, readBroadcast } from '../db/broadcasts/read-broadcasts.ts'
import { countRecipients } from '../db/broadcasts/send-broadcast.ts'
import { unopenedRecipients } from '../db/broadcasts/unopened.ts'
import { uploadRecipients } from '../db/broadcasts/upload-recipients.ts'
import { ApiError, invalidField } from '../http/errors.ts'
import { copyBroadcast } from './copy-broadcast.ts'
import type { BroadcastDeps } from './deps.ts'
import { madeBefore, type MadeUnder } from './made-before.ts'
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
  const under = { key: storedKey(row, asked), fingerprint: asked.fingerprint }
  const before = await madeBefore(under, deps)
  const id = before?.id ?? (await made(row, asked, under, deps))
  if (await isDraft(id, deps.db)) {
    await fill(id, row.id, deps)
    if (asked.send) await sendOnce(id, deps)
  }
  return { id, recipients: await countRecipients(deps.db, id) }
}

async function isDraft(id: string, db: D1Database): Promise<boolean> {
  return (await readBroadcast(db, id))?.state === 'draft'
}

/** No header holds a line end: nobody else's key is the same. */
function storedKey({ id }: BroadcastRow, { key }: LinkedRequest): string {
  return `resend\n${id}\n${key}`
}

async function made(
  row: BroadcastRow,
  { name, apiKeyId }: LinkedRequest,
  once: MadeUnder,
  deps: BroadcastDeps,
): Promise<string> {
  if ((await unopenedRecipients(deps.db, row.id, null, deps.now())).length === 0)
    throw invalidField('to', 'There is nobody who got it and has not opened it.')
  try {
    return await copyBroadcast(row, { name, parentId: row.id, apiKeyId, once }, deps)
  } catch (error) {
    // Another request was first, or the write that threw has committed.
    const first = await madeBefore(once, deps)
    if (first === null) throw error
    return first.id
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
