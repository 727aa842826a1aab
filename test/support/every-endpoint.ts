import type { OpenAPIHono } from '@hono/zod-openapi'
import { readConfig } from '../../src/config.ts'
import type { ApiEnv } from '../../src/http/endpoint.ts'
import { apiOf } from '../../src/roles/api.ts'

type Bindings = Parameters<typeof apiOf>[0]

/** The API with every role, as the Worker wires it, for what can be told without a call. */
export function everyEndpoint(): OpenAPIHono<ApiEnv> {
  const config = readConfig({
    ENVIRONMENT: 'local',
    PUBLIC_URL: 'https://mail.aerogram.dev',
    AWS_REGION: 'eu-west-1',
    SES_CONFIGURATION_SET: 'aerogram',
    SNS_TOPIC_ARNS: 'arn:aws:sns:eu-west-1:000000000000:aerogram',
    SES_RATE_SHARE: '1',
    RECIPIENT_POLICY: 'any',
    AWS_ACCESS_KEY_ID: 'AKIALOCALAEROGRAM00',
    AWS_SECRET_ACCESS_KEY: 'x'.repeat(40),
    TOKEN_KEYS: `k1:${'x'.repeat(32)}`,
    ADDRESS_KEY: 'x'.repeat(32),
  })
  return apiOf(unasked, config)
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
