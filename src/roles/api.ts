import { createAdmin } from '../admin/app.ts'
import { createApi } from '../api/app.ts'
import { createAudience } from '../audience/app.ts'
import { identities } from '../aws/identities.ts'
import { createBroadcasts } from '../broadcasts/app.ts'
import type { Config } from '../config.ts'
import { createDocs } from '../docs/app.ts'
import { parseRecipientPolicy } from '../domain/recipient-policy.ts'
import { takeUndelivered } from '../events/sns.ts'
import { fileStore } from '../files/files.ts'
import { backlogOf } from '../queue/backlog.ts'
import { sendQueue } from '../queue/enqueue.ts'
import { type PutBack, putBack } from '../queue/put-back.ts'
import { createTemplates } from '../templates/app.ts'
import { addressHash } from '../token/address-hash.ts'
import type { ApiBindings } from './bindings.ts'
import { webhooksOf } from './webhooks.ts'
import {
  snsOf,
  snsDeadLettersOf,
  governorOf,
  sesCallerOf,
  unsubscribeUrlOf,
  random,
} from './adapters.ts'

const SECOND = 1000
const HOUR = 60 * 60 * SECOND

/** Callers ask us to send, one email or a broadcast. */
export function apiOf(env: ApiBindings, config: Config): ReturnType<typeof createApi> {
  const sns = snsOf(env, config)
  const queues = {
    send: env.SEND,
    broadcast: env.BROADCAST,
    events: env.EVENTS,
    webhooks: env.WEBHOOKS,
  }
  const deps = {
    db: env.DB,
    queue: sendQueue(env.SEND, env.BROADCAST),
    files: fileStore(env.FILES),
    tokenKeys: config.TOKEN_KEYS,
    governor: governorOf(env, config),
    backlogs: async () => ({
      send: await backlogOf(env.SEND),
      broadcast: await backlogOf(env.BROADCAST),
      events: await backlogOf(env.EVENTS),
    }),
    async putBack(queue: string, body: unknown): Promise<PutBack> {
      if (queue !== snsDeadLettersOf(config)?.name) return putBack(queue, body, queues)
      const taken = await takeUndelivered(String(body), sns)
      if (taken.type === 'not now') throw new Error(taken.reason)
      return taken.type === 'taken' ? { type: 'queued' } : taken
    },
    addressHash: (address: string) => addressHash(address, config.ADDRESS_KEY),
    now: Date.now,
    random,
    fetch: ((input, init) => fetch(input, init)) satisfies typeof fetch,
    settings: {
      environment: config.ENVIRONMENT,
      region: config.AWS_REGION,
      publicUrl: config.PUBLIC_URL,
      requestsPerSecond: config.REQUESTS_PER_SECOND,
      doubtPolicy: config.DOUBT_POLICY,
      proofMs: config.PROOF_SECONDS * SECOND,
      openPixel: config.OPEN_PIXEL,
      sesTracking: config.SES_TRACKING,
      clickTracking: config.CLICK_TRACKING,
      idempotencyMs: config.IDEMPOTENCY_HOURS * HOUR,
    },
  }
  const broadcasts = createBroadcasts({
    ...deps,
    unsubscribeUrl: unsubscribeUrlOf(config),
    settings: {
      ...deps.settings,
      recipientPolicy: parseRecipientPolicy(config.RECIPIENT_POLICY),
    },
  })
  const docs = createDocs({
    generate: (of) => api.getOpenAPI31Document(of),
    publicUrl: config.PUBLIC_URL,
  })
  const api: ReturnType<typeof createApi> = createApi(deps, [
    ...broadcasts,
    ...createTemplates(deps),
    ...createAdmin({
      ...deps,
      identities: identities(sesCallerOf(config)),
      settings: {
        region: config.AWS_REGION,
        mirrorSuppressions: config.MIRROR_SUPPRESSIONS,
        tracking: {
          pixel: config.OPEN_PIXEL,
          ses: config.SES_TRACKING,
          links: config.CLICK_TRACKING,
        },
      },
    }),
    ...createAudience(deps),
    ...webhooksOf(env, config),
    ...docs,
  ])
  return api
}
