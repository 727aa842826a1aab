import { createRoute } from '@hono/zod-openapi'
import { readDatabaseState } from '../db/sending.ts'
import type { Backlog } from '../queue/backlog.ts'
import type { ApiDeps } from './deps.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { ApiError } from '../http/errors.ts'
import { isoOrNull } from '../http/iso.ts'
import { answered } from '../http/answered.ts'
import { healthSchema } from './answer-schema.ts'

/** D1's largest database; a warning comes while there is still time to shorten retention. */
const MAX_DATABASE_BYTES = 10_000_000_000
const WARN_SHARE = 0.8

const route = createRoute({
  method: 'get',
  path: '/health',
  summary: 'The state of D1, the queues, the governor and the SES quota',
  responses: { 200: answered('Working, or working with trouble', healthSchema) },
})

/** Asks for no key: monitors have none, and it tells no address and no secret. */
export function getHealth(deps: ApiDeps): Endpoint {
  return { route, asks: 'nobody', answer }

  async function answer(): Promise<string> {
    const [database, governor, queues] = await Promise.all([
      reached('D1', () => readDatabaseState(deps.db)),
      reached('the governor', () => deps.governor.state()),
      reached('the queues', deps.backlogs),
    ])
    if ('trouble' in database) {
      throw new ApiError(503, 'application_error', 'D1 cannot be reached.')
    }
    const { sending, sizeBytes } = database.state
    const used = sizeBytes / MAX_DATABASE_BYTES
    const warnings = [
      ...('trouble' in governor ? [governor.trouble] : []),
      ...('trouble' in queues ? [queues.trouble] : []),
      ...(sending === 'paused' ? ['sending is paused'] : []),
      ...(used >= WARN_SHARE ? [`the database holds ${Math.floor(used * 100)} % of 10 GB`] : []),
    ]
    return JSON.stringify({
      object: 'health',
      status: warnings.length === 0 ? 'ok' : 'warning',
      warnings,
      environment: deps.settings.environment,
      sending,
      d1: { size_bytes: sizeBytes, max_bytes: MAX_DATABASE_BYTES },
      queues: 'trouble' in queues ? null : queuesAnswer(queues.state),
      governor: 'trouble' in governor ? null : governor.state,
    })
  }
}

function queuesAnswer(backlogs: Record<string, Backlog>): object {
  return Object.fromEntries(
    Object.entries(backlogs).map(([queue, { messages, bytes, oldestAt }]) => [
      queue,
      { messages, bytes, oldest_at: isoOrNull(oldestAt) },
    ]),
  )
}

/** One part that is away must not hide the state of the others. */
async function reached<T>(
  part: string,
  read: () => Promise<T>,
): Promise<{ state: T } | { trouble: string }> {
  try {
    return { state: await read() }
  } catch (error) {
    console.error('health: a part cannot be reached', { part, error: String(error) })
    return { trouble: `${part} cannot be reached` }
  }
}
