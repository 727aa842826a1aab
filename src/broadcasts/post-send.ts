import { createRoute } from '@hono/zod-openapi'
import { type BroadcastRow, readBroadcast } from '../db/broadcasts/read-broadcasts.ts'
import {
  hasRecipients,
  type MissingVariable,
  missingVariables,
  sendBroadcast,
  type Sending,
} from '../db/broadcasts/send-broadcast.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { ApiError, invalidField, notFound } from '../http/errors.ts'
import { parseBody } from '../http/parse-body.ts'
import { parseScheduledAt } from '../http/scheduled-time.ts'
import { idAnswer, idParam, sendBody } from './broadcast-schema.ts'
import type { BroadcastDeps } from './deps.ts'
import { gather } from './gather.ts'
import { MAX_WORD_BYTES } from './max-draft.ts'
import { findLacking, type Lacking } from './find-lacking.ts'
import { broadcastId, changedMeanwhile, notNow } from './named-broadcast.ts'
import { templateOf } from './template.ts'
import { wakeGovernor } from './wake-governor.ts'

const route = createRoute({
  method: 'post',
  path: '/broadcasts/{id}/send',
  summary: 'Send a draft, now or at a time',
  request: {
    params: idParam,
    body: { content: { 'application/json': { schema: sendBody } } },
  },
  responses: {
    200: {
      description: 'Leaves or will leave',
      content: { 'application/json': { schema: idAnswer } },
    },
  },
})

export function postSend(deps: BroadcastDeps): Endpoint {
  return { route, asks: 'all', answer }

  async function answer(c: ApiContext): Promise<string> {
    const { scheduled_at } = await parseBody(c.req.raw, sendBody, MAX_WORD_BYTES)
    const now = deps.now()
    const id = broadcastId(c)
    await send(id, parseScheduledAt(scheduled_at, now), now, deps)
    return JSON.stringify({ object: 'broadcast', id })
  }
}

/** `at`: epoch milliseconds, null for now. Throws what keeps it from being sent, which then changed nothing. */
export async function send(
  id: string,
  at: number | null,
  now: number,
  deps: BroadcastDeps,
): Promise<void> {
  const row = await readBroadcast(deps.db, id)
  if (row === null) throw notFound('Broadcast')
  if (row.state !== 'draft' && row.state !== 'scheduled') throw notDraft(row)
  const template = templateOf(row)
  const { names } = template
  const due = at !== null && at > now ? at : null
  await gather(row, deps)
  const { missing, failing } = await findLacking(id, template, deps)
  if (missing.length > 0) throw lacks([...(await missingVariables(deps.db, id, names)), ...missing])
  if (failing.length > 0) throw fails(failing)
  const left = await leaveDraft({ id, names, now, at: due, asRead: row.changed_at }, deps.db)
  if (!left) throw await whyNot(id, names, deps.db)
  console.info(due === null ? 'broadcast started' : 'broadcast scheduled', { broadcastId: id })
  if (due === null) await wakeGovernor(deps.governor)
}

/** A write that threw may have committed: it is read back before anyone is told that it failed. */
async function leaveDraft(sending: Sending, db: D1Database): Promise<boolean> {
  try {
    return await sendBroadcast(db, sending)
  } catch (error) {
    const after = await readBroadcast(db, sending.id)
    const left =
      sending.at === null ? after?.started_at === sending.now : after?.scheduled_at === sending.at
    if (left) return true
    throw error
  }
}

async function whyNot(id: string, names: string[], db: D1Database): Promise<ApiError> {
  const row = await readBroadcast(db, id)
  if (row === null) return notFound('Broadcast')
  if (row.state !== 'draft' && row.state !== 'scheduled') return notDraft(row)
  if (!(await hasRecipients(db, id))) {
    return invalidField(
      'id',
      row.segment_id === null
        ? 'The broadcast has no recipients: upload them first.'
        : 'Nobody in the segment can be written to.',
    )
  }
  const missing = await missingVariables(db, id, names)
  if (missing.length === 0) return changedMeanwhile()
  return lacks(missing)
}

function lacks(missing: MissingVariable[]): ApiError {
  const told = missing.map(({ name, recipients }) => `\`${name}\` of ${recipients} recipients`)
  return invalidField('variables', `Missing, and the template has no fallback: ${told.join(', ')}.`)
}

function fails(failing: Lacking['failing']): ApiError {
  const told = failing.map(({ message, recipients }) => `For ${recipients} recipients: ${message}`)
  return new ApiError(422, 'validation_error', `The template fails. ${told.join(' ')}`)
}

function notDraft({ state }: BroadcastRow): ApiError {
  return notNow('Only a draft or a scheduled broadcast can be sent.', state)
}
