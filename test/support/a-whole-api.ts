import { env } from 'cloudflare:workers'
import { apiOf } from '../../src/roles/api.ts'
import { aConfig } from './a-config.ts'
import { anApiKey } from './an-api.ts'

export interface AWholeApi {
  key: string
  fetch: (request: Request) => Promise<Response>
}

/**
 * Every role's endpoints as the Worker wires them, on the real D1 and R2. Nothing leaves it: jobs
 * are told to nobody, and the Governor knows of work but does none.
 */
export async function aWholeApi(vars: Record<string, string> = {}): Promise<AWholeApi> {
  const api = apiOf(
    {
      DB: env.DB,
      FILES: env.FILES,
      SEND: silent,
      BROADCAST: silent,
      EVENTS: silent,
      WEBHOOKS: silent,
      GOVERNOR: governors,
    },
    aConfig({ REQUESTS_PER_SECOND: '10000', ...vars }),
  )
  return { key: await anApiKey('full_access'), fetch: async (request) => await api.fetch(request) }
}

const metrics = { backlogCount: 0, backlogBytes: 0 }
const silent = {
  send: async () => ({ metadata: { metrics } }),
  sendBatch: async () => ({ metadata: { metrics } }),
  metrics: async () => metrics,
}

// Both are classes of the runtime; only what the API asks of them is here.
const governor = {
  work: async () => {},
  state: async () => ({
    account: null,
    rate: 100,
    factor: 1,
    balance: 0,
    quota: { limit: 50_000, spent: 0, room: 50_000 },
    stopped: null,
    resumesInMs: null,
    perMinute: 6000,
  }),
}
const governors: typeof env.GOVERNOR = Object({ getByName: () => governor })
