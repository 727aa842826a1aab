import { createRoute } from '@hono/zod-openapi'
import { type Sending, setSending } from '../db/sending.ts'
import type { ApiDeps } from './deps.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { answered } from '../http/answered.ts'
import { sendingAnswer } from './answer-schema.ts'

/** Operators' stop, read in the statement that claims emails: what is already sending goes out. */
export function postPause(deps: ApiDeps): Endpoint {
  return sendingEndpoint('/-/sending/pause', 'paused', deps)
}

export function postResume(deps: ApiDeps): Endpoint {
  return sendingEndpoint('/-/sending/resume', 'running', deps)
}

function sendingEndpoint(path: string, sending: Sending, deps: ApiDeps): Endpoint {
  const route = createRoute({
    method: 'post',
    path,
    summary: sending === 'paused' ? 'Stop sending' : 'Go on sending',
    responses: { 200: answered('Done', sendingAnswer) },
  })
  return {
    route,
    asks: 'all',
    async answer() {
      await setSending(deps.db, sending, deps.now())
      console.info('sending set', { sending })
      return JSON.stringify({ object: 'sending', state: sending })
    },
  }
}
