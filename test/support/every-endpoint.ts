import type { OpenAPIHono } from '@hono/zod-openapi'
import type { ApiEnv } from '../../src/http/endpoint.ts'
import { apiOf } from '../../src/roles/api.ts'
import { aConfig } from './a-config.ts'

type Bindings = Parameters<typeof apiOf>[0]

/** The API with every role, as the Worker wires it, for what can be told without a call. */
export function everyEndpoint(): OpenAPIHono<ApiEnv> {
  return apiOf(unasked, aConfig())
}

const nobody = (): never => {
  throw new Error('Nobody is asked for what the API is')
}
const queue = { send: nobody, sendBatch: nobody, metrics: nobody }
const unasked: Bindings = {
  DB: { prepare: nobody, batch: nobody, exec: nobody, withSession: nobody, dump: nobody },
  SEND: queue,
  BROADCAST: queue,
  EVENTS: queue,
  WEBHOOKS: queue,
  FILES: {
    head: nobody,
    get: nobody,
    put: nobody,
    delete: nobody,
    list: nobody,
    createMultipartUpload: nobody,
    resumeMultipartUpload: nobody,
  },
  GOVERNOR: {
    newUniqueId: nobody,
    idFromName: nobody,
    idFromString: nobody,
    get: nobody,
    getByName: nobody,
    jurisdiction: nobody,
  },
}
