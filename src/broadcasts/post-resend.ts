import { createRoute } from '@hono/zod-openapi'
import type { BroadcastRow } from '../db/broadcasts/read-broadcasts.ts'
import { requeueEmails, type Requeued } from '../db/broadcasts/requeue-emails.ts'
import { uuidv7 } from '../domain/id.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { invalidField } from '../http/errors.ts'
import { idempotencyKey } from '../http/idempotency-key.ts'
import { parseBody } from '../http/parse-body.ts'
import { enqueueOrLeave } from '../queue/enqueue-or-leave.ts'
import { idParam, resendBody } from './broadcast-schema.ts'
import type { BroadcastDeps } from './deps.ts'
import { toUnopened } from './linked-broadcast.ts'
import { fingerprintOf } from './made-before.ts'
import { MAX_WORD_BYTES } from './max-draft.ts'
import { namedBroadcast, notNow } from './named-broadcast.ts'
import { wakeGovernor } from './wake-governor.ts'
import { answered } from '../http/answered.ts'
import { againAnswer } from './answer-schema.ts'

/** So many get a job at once; the sweeper releases the rest at the account's rate. */
const MOST_JOBS = 10_000

const route = createRoute({
  method: 'post',
  path: '/broadcasts/{id}/resend',
  summary: 'Send again to those who failed, or to those who have not opened it',
  request: {
    params: idParam,
    body: { content: { 'application/json': { schema: resendBody } } },
  },
  responses: { 200: answered('What goes again', againAnswer) },
})

/** Never to someone who has asked out: the claim reads consent and suppression anew. */
export function postResend(deps: BroadcastDeps): Endpoint {
  return { route, asks: 'all', answer }

  async function answer(c: ApiContext): Promise<string> {
    const input = await parseBody(c.req.raw, resendBody, MAX_WORD_BYTES)
    const row = await namedBroadcast(c, deps.db)
    if (row.state === 'draft' || row.state === 'scheduled') {
      throw notNow('Only a broadcast that was sent can be sent again.', row.state)
    }
    switch (input.to) {
      case 'failed':
        return await again(row, 'failed')
      case 'unknown':
        if (input.confirm !== true) {
          throw invalidField(
            'confirm',
            'Some of them may have got it: say `true` to send it to them all the same.',
          )
        }
        return await again(row, 'unknown')
      case 'unopened': {
        const key = idempotencyKey(c.req.raw) ?? ''
        const asked = {
          name: input.name ?? row.name,
          send: input.send === true,
          apiKeyId: c.var.apiKey.id,
          key,
          fingerprint: key === '' ? '' : await fingerprintOf(input),
        }
        const { id, recipients } = await toUnopened(row, asked, deps)
        return JSON.stringify({ object: 'broadcast', id, parent_id: row.id, recipients })
      }
      default:
        return input satisfies never
    }
  }

  /** The same rows, a new attempt each. */
  async function again({ id, state }: BroadcastRow, which: Requeued): Promise<string> {
    if (state === 'canceled') throw notNow('A canceled broadcast is not sent again.', state)
    const now = deps.now()
    let recipients = 0
    let after: string | null = null
    do {
      const recording = uuidv7(now, 0, deps.random(8))
      const chunk = await requeueEmails(deps.db, which, { id, after, now, recording })
      const jobs = chunk.ids.slice(0, Math.max(0, MOST_JOBS - recipients))
      recipients += chunk.ids.length
      after = chunk.next
      await enqueueOrLeave(
        jobs.map((email) => ({ id: email, recipients: 1, priority: 'bulk' as const, dueAt: now })),
        now,
        deps.queue,
      )
    } while (after !== null)
    if (recipients > 0) await wakeGovernor(deps.governor)
    console.info('broadcast sent again', { broadcastId: id, to: which, recipients })
    return JSON.stringify({ object: 'broadcast', id, recipients })
  }
}
