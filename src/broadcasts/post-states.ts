import { createRoute } from '@hono/zod-openapi'
import {
  cancelBroadcast,
  pauseBroadcast,
  resumeBroadcast,
} from '../db/broadcasts/change-broadcast.ts'
import { readBroadcast } from '../db/broadcasts/read-broadcasts.ts'
import { unscheduleBroadcast } from '../db/broadcasts/send-broadcast.ts'
import type { BroadcastState } from '../domain/broadcast-state.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { notFound } from '../http/errors.ts'
import { idAnswer, idParam } from './broadcast-schema.ts'
import type { BroadcastDeps } from './deps.ts'
import { broadcastId, notNow } from './named-broadcast.ts'
import { wakeGovernor } from './wake-governor.ts'

/** Works at once through the claim's guard; what is already with SES goes out. */
export function postPause(deps: BroadcastDeps): Endpoint {
  return changing(deps, {
    word: 'pause',
    summary: 'Stop sending until somebody resumes it',
    done: ['paused'],
    only: 'Only a broadcast that is sending can be paused.',
    change: (id, now) => pauseBroadcast(deps.db, id, now, 'paused by hand'),
  })
}

/** After a pause or a brake; nothing is sent twice, nobody is skipped. */
export function postResume(deps: BroadcastDeps): Endpoint {
  return changing(deps, {
    word: 'resume',
    summary: 'Go on sending',
    done: ['sending'],
    only: 'Only a broadcast that is paused or braked can be resumed.',
    change: async (id, now) => {
      const resumed = await resumeBroadcast(deps.db, id, now)
      if (resumed) await wakeGovernor(deps.governor)
      return resumed
    },
  })
}

/** What has not begun is a draft again; what has begun ends here for all who still wait. */
export function postCancel(deps: BroadcastDeps): Endpoint {
  return changing(deps, {
    word: 'cancel',
    summary: 'Call a broadcast off',
    done: ['draft', 'canceled'],
    only: 'Only a broadcast that is scheduled or under way can be canceled.',
    change: async (id, now) => {
      if (await unscheduleBroadcast(deps.db, id, now)) return true
      const canceled = await cancelBroadcast(deps.db, id, now)
      if (canceled) await wakeGovernor(deps.governor)
      return canceled
    },
  })
}

interface Change {
  word: 'pause' | 'resume' | 'cancel'
  summary: string
  /** States in which there is nothing to change: a caller may have missed the first answer. */
  done: BroadcastState[]
  only: string
  /** False: its state does not allow it. */
  change: (id: string, now: number) => Promise<boolean>
}

function changing(deps: BroadcastDeps, { word, summary, done, only, change }: Change): Endpoint {
  const route = createRoute({
    method: 'post',
    path: `/broadcasts/{id}/${word}`,
    summary,
    request: { params: idParam },
    responses: {
      200: { description: 'Done', content: { 'application/json': { schema: idAnswer } } },
    },
  })
  return {
    route,
    asks: 'all',
    async answer(c) {
      const id = broadcastId(c)
      if (await change(id, deps.now())) {
        console.info(`broadcast ${word}`, { broadcastId: id })
      } else {
        const row = await readBroadcast(deps.db, id)
        if (row === null) throw notFound('Broadcast')
        if (!done.includes(row.state)) throw notNow(only, row.state)
      }
      return JSON.stringify({ object: 'broadcast', id })
    },
  }
}
