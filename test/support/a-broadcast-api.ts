import { env } from 'cloudflare:workers'
import { createBroadcasts } from '../../src/broadcasts/app.ts'
import type { BroadcastDeps } from '../../src/broadcasts/deps.ts'
import { fileStore } from '../../src/files/files.ts'
import { addressHash } from '../../src/token/address-hash.ts'
import { ADDRESS_KEY, type AnApi, anApi, type ApiOptions, random } from './an-api.ts'
import { limitedEnv } from './limits.ts'
import type { DueEmail } from '../../src/queue/enqueue.ts'

export interface ABroadcastApi extends AnApi {
  /** How often the Governor was told that there is work. */
  woken: () => number
  /** Emails that were enqueued by this role. */
  jobs: DueEmail[]
}

/** The API with the endpoints of broadcasts, a request each an invocation of its own. */
export async function aBroadcastApi(
  options: Omit<ApiOptions, 'more'> & { broadcasts?: Partial<BroadcastDeps> } = {},
): Promise<ABroadcastApi> {
  const { broadcasts, ...rest } = options
  let woken = 0
  const jobs: DueEmail[] = []
  const deps: BroadcastDeps = {
    db: limitedEnv(env).DB,
    queue: {
      async enqueue(emails) {
        jobs.push(...emails)
      },
    },
    files: fileStore(env.FILES),
    governor: {
      state: async () => ({
        account: null,
        rate: 100,
        quota: { limit: 50_000, room: 50_000 },
        stopped: null,
        resumesInMs: null,
      }),
      async work() {
        woken += 1
      },
    },
    addressHash: (address) => addressHash(address, ADDRESS_KEY),
    unsubscribeUrl: ({ emailId }) => `https://mail.aerogram.dev/u/${emailId}`,
    now: () => api.clock.now,
    random,
    fetch: async () => {
      throw new Error('nothing is fetched here')
    },
    ...broadcasts,
    settings: {
      publicUrl: 'https://mail.aerogram.dev',
      recipientPolicy: { type: 'any' },
      openPixel: true,
      sesTracking: true,
      idempotencyMs: 24 * 60 * 60 * 1000,
      clickTracking: false,
      ...broadcasts?.settings,
    },
  }
  const api = await anApi({ ...rest, more: createBroadcasts(deps) })
  return { ...api, woken: () => woken, jobs }
}

export function aDraft(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    name: 'November',
    from: 'Acme <news@acme.dev>',
    subject: 'News for {{{FIRST_NAME|you}}}',
    html: '<body><p>Hello {{{FIRST_NAME|there}}}</p><a href="{{{RESEND_UNSUBSCRIBE_URL}}}">Leave</a></body>',
    ...fields,
  }
}

/** A draft with uploaded people person0@… to person<n-1>@…; its id. */
export async function anUploaded(
  api: AnApi,
  people: number,
  fields: Record<string, unknown> = {},
): Promise<string> {
  const { json } = await api.call('POST', '/broadcasts', aDraft(fields))
  const id = String(json['id'])
  const lines = Array.from({ length: people }, (_, n) =>
    JSON.stringify({ email: `person${n}@customer.dev`, name: `Ada ${n}`, variables: { n } }),
  )
  if (people > 0) await api.call('POST', `/broadcasts/${id}/recipients`, lines.join('\n'))
  return id
}
