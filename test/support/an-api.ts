import { env } from 'cloudflare:workers'
import { createApi } from '../../src/api/app.ts'
import type { ApiDeps, ApiSettings } from '../../src/api/deps.ts'
import type { Endpoint } from '../../src/http/endpoint.ts'
import { hashApiKey, newApiKey, type Scope } from '../../src/domain/api-key.ts'
import { fileStore } from '../../src/files/files.ts'
import { addressHash } from '../../src/token/address-hash.ts'
import type { DueEmail } from '../../src/queue/enqueue.ts'
import { limitedEnv } from './limits.ts'

export const ADDRESS_KEY = 'k'.repeat(32)

export const NOW = Date.UTC(2026, 10, 24, 10, 0, 0)

export interface AnApi {
  /** A request with the key of this API; a string or bytes go as they are, anything else as JSON. */
  call(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer>
  fetch(request: Request): Promise<Response>
  key: string
  enqueued: DueEmail[]
  /** Moved by tests that let time pass. */
  clock: { now: number }
}

export interface Answer {
  status: number
  headers: Headers
  // The shape is what the test is about.
  json: Record<string, unknown>
}

export interface ApiOptions extends Partial<Omit<ApiDeps, 'settings'>> {
  settings?: Partial<ApiSettings>
  scope?: Scope
  /** Endpoints of other roles. */
  more?: Endpoint[]
}

export function random(bytes: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(bytes))
}

/** The API on the real D1 and R2, with a queue that remembers and a key of its own. */
export async function anApi({ settings, scope, more, ...deps }: ApiOptions = {}): Promise<AnApi> {
  const { DB, FILES } = limitedEnv(env)
  const enqueued: DueEmail[] = []
  const clock = { now: NOW }
  const app = createApi(
    {
      db: DB,
      queue: {
        async enqueue(emails) {
          enqueued.push(...emails)
        },
      },
      files: fileStore(FILES),
      tokenKeys: [{ id: 'k1', key: 'k'.repeat(32) }],
      governor: { state: async () => ({ maxSendRate: 14 }) },
      backlogs: async () => ({ send: { messages: 0, bytes: 0, oldestAt: null } }),
      putBack: async () => ({ type: 'queued' }),
      addressHash: (address) => addressHash(address, ADDRESS_KEY),
      now: () => clock.now,
      random,
      fetch: async () => {
        throw new Error('nothing is fetched here')
      },
      ...deps,
      settings: {
        environment: 'test',
        region: 'eu-west-1',
        publicUrl: 'https://mail.aerogram.dev',
        requestsPerSecond: 1000,
        doubtPolicy: 'resend',
        proofMs: 5 * 60 * 1000,
        openPixel: true,
        sesTracking: true,
        clickTracking: false,
        idempotencyMs: 24 * 60 * 60 * 1000,
        ...settings,
      },
    },
    more,
  )
  const key = await anApiKey(scope ?? 'full_access')
  return {
    key,
    enqueued,
    clock,
    fetch: async (request) => await app.fetch(request),
    async call(method, path, body, headers = {}) {
      const response = await app.fetch(
        new Request(`https://api.aerogram.test${path}`, {
          method,
          headers: { authorization: `Bearer ${key}`, ...headers },
          ...(body === undefined ? {} : { body: isRaw(body) ? body : JSON.stringify(body) }),
        }),
      )
      return {
        status: response.status,
        headers: response.headers,
        json: await response.json<Record<string, unknown>>(),
      }
    },
  }
}

function isRaw(body: unknown): body is string | Uint8Array<ArrayBuffer> | ReadableStream {
  return typeof body === 'string' || body instanceof Uint8Array || body instanceof ReadableStream
}

export async function anApiKey(scope: Scope): Promise<string> {
  const { id, key } = newApiKey(random)
  await env.DB.prepare(
    'INSERT INTO api_keys (id, name, hash, scope, created_at) VALUES (?1, ?2, ?3, ?4, ?5)',
  )
    .bind(id, 'a test', await hashApiKey(key), scope, NOW)
    .run()
  return key
}

export function anEmail(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    from: 'Acme <hello@acme.dev>',
    to: 'ada@customer.dev',
    subject: 'Your receipt',
    text: 'Thank you.',
    ...fields,
  }
}

/** How many rows every table that a request may write has. */
export async function counts(): Promise<Record<string, unknown>> {
  const tables = ['emails', 'contents', 'recipients', 'idempotency', 'events', 'feed', 'attempts']
  const selects = tables.map((table) => `(SELECT count(*) FROM ${table}) AS ${table}`)
  const row = await env.DB.prepare(`SELECT ${selects.join(', ')}`).first()
  return row ?? {}
}

/** One row, by the table and the column that names it. */
export async function row(
  table: 'emails' | 'contents',
  id: unknown,
): Promise<Record<string, unknown>> {
  const found = await env.DB.prepare(`SELECT * FROM ${table} WHERE id = ?1`).bind(id).first()
  if (found === null) throw new Error(`no ${table} ${String(id)}`)
  return found
}

export async function contentOf(emailId: unknown): Promise<Record<string, unknown>> {
  return await row('contents', (await row('emails', emailId))['content_id'])
}
