import { type BroadcastRow, readBroadcast } from '../db/broadcasts/read-broadcasts.ts'
import type { BroadcastState } from '../domain/broadcast-state.ts'
import type { ApiContext } from '../http/endpoint.ts'
import { type ApiError, invalidField, notFound } from '../http/errors.ts'
import { pathId } from '../http/path-id.ts'

/** The id in the path; it may still name nothing. */
export function broadcastId(c: ApiContext): string {
  return pathId(c.req.param('id'), 'Broadcast')
}

/** The broadcast that the path names. */
export async function namedBroadcast(c: ApiContext, db: D1Database): Promise<BroadcastRow> {
  const broadcast = await readBroadcast(db, broadcastId(c))
  if (broadcast === null) throw notFound('Broadcast')
  return broadcast
}

/** Why a conditional change came to nothing; `only` tells what it is for. */
export function notNow(only: string, state: BroadcastState): ApiError {
  return invalidField('id', `${only} This one is ${state}.`)
}

/** The row changed between our look and the write. */
export function changedMeanwhile(): ApiError {
  return invalidField('id', 'The broadcast was changed at the same moment: please try again.')
}
