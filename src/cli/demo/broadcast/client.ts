import { gzipSync } from 'node:zlib'
import { z } from 'zod'
import type { Stack } from '../../stack.ts'
import type { Person } from './audience.ts'
import {
  type BroadcastView,
  broadcastView,
  type LedgerRow,
  ledgerPage,
  type Preflight,
  preflight,
} from './views.ts'

const LEDGER_PAGE = 1000
const TIMEOUT_MS = 120_000

const made = z.object({ id: z.string() })
const uploaded = z.object({ accepted: z.number() })

export interface BroadcastClient {
  /** The id of a draft. */
  create(draft: object): Promise<string>
  /** NDJSON, gzipped; how many were accepted. */
  upload(id: string, people: readonly Person[]): Promise<number>
  preflight(id: string): Promise<Preflight>
  send(id: string): Promise<void>
  read(id: string): Promise<BroadcastView>
  /** Every recipient. */
  ledger(id: string): Promise<LedgerRow[]>
}

/** `/broadcasts` as a host application calls it. Each call throws on anything but success. */
export function broadcastClient({ api, apiKey }: Pick<Stack, 'api' | 'apiKey'>): BroadcastClient {
  async function call(path: string, init: RequestInit = {}): Promise<unknown> {
    const headers = new Headers(init.headers)
    headers.set('authorization', `Bearer ${apiKey}`)
    const response = await fetch(`${api}/broadcasts${path}`, {
      ...init,
      headers,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`/broadcasts${path} answered ${response.status} ${text}`)
    return JSON.parse(text)
  }

  return {
    async create(draft) {
      const headers = { 'content-type': 'application/json' }
      return made.parse(await call('', { method: 'POST', headers, body: JSON.stringify(draft) })).id
    },
    async upload(id, people) {
      const answer = await call(`/${id}/recipients`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip' },
        body: gzipSync(people.map((person) => `${JSON.stringify(person)}\n`).join('')),
      })
      return uploaded.parse(answer).accepted
    },
    preflight: async (id) => preflight.parse(await call(`/${id}/preflight`)),
    async send(id) {
      await call(`/${id}/send`, { method: 'POST' })
    },
    read: async (id) => broadcastView.parse(await call(`/${id}`)),
    async ledger(id) {
      const rows: LedgerRow[] = []
      for (let hasMore = true; hasMore;) {
        const last = rows.at(-1)
        const after = last === undefined ? '' : `&after=${last.id}`
        const page = ledgerPage.parse(await call(`/${id}/ledger?limit=${LEDGER_PAGE}${after}`))
        rows.push(...page.data)
        hasMore = page.has_more
      }
      return rows
    },
  }
}
