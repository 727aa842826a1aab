import { env, exports } from 'cloudflare:workers'
import { readConfig } from '../../src/config.ts'
import { hashApiKey, newApiKey } from '../../src/domain/api-key.ts'
import { signOpen } from '../../src/token/open-token.ts'
import { signUnsubscribe } from '../../src/token/unsubscribe-token.ts'
import { keptCanaries, type Canaries } from '../support/canaries.ts'
import { answerOutbound } from '../support/outbound.ts'
import { ATTEMPT, SES_EVENTS } from '../support/ses-events.ts'
import { aNotification, aSigner, type Signer } from '../support/sns-signer.ts'
import { type Route, routesOf, sample, type Schema } from './document.ts'
import { rememberedTables, type Tables } from './tables.ts'

export const ORIGIN = 'https://mail.aerogram.dev'
export const TOPIC = env.SNS_TOPIC_ARNS
/** One key may make ten requests a second, so they take turns. */
const KEYS = 100
/** When a key was used last is noted: here it is already. */
const DAY = 24 * 60 * 60 * 1000
const RECIPIENT = 'person0@canary-customer.dev'

export interface Target {
  /** What cases may name. */
  names: Map<string, string>
  /** All that the application answers, as it lists it itself. */
  routes: Route[]
  /** Of each collection one object. */
  ids: Map<string, string>
  signer: Signer
  tables: Tables
  canaries: Canaries
  /** One full-access key after the other. */
  nextKey(): string
  fetch(path: string, init: RequestInit): Promise<Response>
  /** URLs that were asked for since the last look, but for the account that the Governor reads anyway. */
  fetched(): string[]
}

/** The whole Worker with a key, a scheduled email, a draft with a recipient, and SNS's certificate known. */
export async function aTarget(): Promise<Target> {
  const canaries = keptCanaries()
  const keys = await Promise.all(Array.from({ length: KEYS }, () => aKey('full_access')))
  let turn = 0
  const nextKey = () => keys[turn++ % KEYS] ?? ''
  const fetched: string[] = []
  const fetch = globalThis.fetch
  globalThis.fetch = (input: RequestInfo | URL, init?: RequestInit) => {
    fetched.push(input instanceof Request ? input.url : String(input))
    return fetch(input, init)
  }

  async function made(path: string, body: unknown): Promise<string> {
    const response = await ask(path, {
      method: 'POST',
      headers: { authorization: `Bearer ${nextKey()}` },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
    const answer = await response.json<Record<string, unknown>>()
    if (!response.ok) throw new Error(`not made: ${path} ${JSON.stringify(answer)}`)
    return String(answer['id'])
  }

  /** What an answer misses or would rather have is put right, as a person would; null: it cannot be made here. */
  async function madeOf(path: string, schema: Schema): Promise<string | null> {
    const told: Record<string, unknown> = {}
    for (let tries = 0; tries < 8; tries += 1) {
      try {
        return await made(path, Object.assign({}, sample(schema), told))
      } catch (error) {
        const [, missed = ''] = /Missing `(\w+)` field/.exec(String(error)) ?? []
        const [, wrong = '', right] =
          /Invalid `(\w+)` field[^`]*`([^`]+)`/.exec(String(error)) ?? []
        if (missed !== '') told[missed] = sample(schema.properties?.[missed] ?? {}, missed)
        else if (wrong !== '') told[wrong] = right
        else return null
      }
    }
    return null
  }

  const email = await made('/emails', aGoodEmail())
  const broadcast = await made('/broadcasts', aGoodDraft())
  await made(`/broadcasts/${broadcast}/recipients`, JSON.stringify({ email: RECIPIENT }))
  const document = await ask('/openapi.json', { method: 'GET' })
  const routes = routesOf(await document.json())
  const ids = new Map([
    ['emails', email],
    ['broadcasts', broadcast],
  ])
  for (const { method, path, json } of routes) {
    const [, collection] = /^\/([a-z-]+)$/.exec(path) ?? []
    if (method !== 'POST' || collection === undefined || ids.has(collection) || json === null)
      continue
    const id = await madeOf(path, json)
    if (id !== null) ids.set(collection, id)
  }
  const revoked = await aKey('full_access')
  await env.DB.prepare('UPDATE api_keys SET revoked_at = 1 WHERE hash = ?1')
    .bind(await hashApiKey(revoked))
    .run()
  const signer = await knownSigner()
  const tokenKeys = readConfig(env).TOKEN_KEYS
  const anotherKey = [{ id: 'k1', key: 'another key of thirty-two characters' }]
  const leaving = { address: RECIPIENT, emailId: email, topicId: null }
  const names = new Map([
    ['key', await aKey('full_access')],
    ['sending-key', await aKey('sending_access')],
    ['revoked-key', revoked],
    ['email', email],
    ['broadcast', broadcast],
    ['recipient', RECIPIENT],
    ['topic', TOPIC],
    ['open', signOpen(ATTEMPT, tokenKeys)],
    ['open-by-another', signOpen(ATTEMPT, anotherKey)],
    ['unsubscribe', signUnsubscribe(leaving, tokenKeys)],
    ['unsubscribe-by-another', signUnsubscribe(leaving, anotherKey)],
  ])
  for (const name of ['key', 'sending-key', 'revoked-key', 'open', 'unsubscribe']) {
    canaries.add(names.get(name) ?? '')
  }
  canaries.add(RECIPIENT)
  return {
    names,
    routes,
    ids,
    signer,
    canaries,
    nextKey,
    fetch: ask,
    tables: await rememberedTables(),
    fetched: () => fetched.splice(0).filter((url) => !url.endsWith('/v2/email/account')),
  }
}

/** So far ahead that no job comes of it. */
export function aGoodEmail(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    from: 'Acme <hello@acme.dev>',
    to: 'ada@canary-customer.dev',
    subject: 'canary-subject of a receipt',
    text: 'canary-body: thank you.',
    scheduled_at: 'in 20 hours',
    ...fields,
  }
}

export function aGoodDraft(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    name: 'November',
    from: 'Acme <news@acme.dev>',
    subject: 'canary-subject of news',
    html: '<p>canary-body</p><a href="{{{RESEND_UNSUBSCRIBE_URL}}}">Leave</a>',
    ...fields,
  }
}

async function ask(path: string, init: RequestInit): Promise<Response> {
  return await exports.default.fetch(new Request(`${ORIGIN}${path}`, init))
}

async function aKey(scope: 'full_access' | 'sending_access'): Promise<string> {
  const { id, key } = newApiKey((bytes) => crypto.getRandomValues(new Uint8Array(bytes)))
  await env.DB.prepare(
    `INSERT INTO api_keys (id, name, hash, scope, created_at, last_used_at) VALUES (?1, ?2, ?3, ?4, 1, ?5)`,
  )
    .bind(id, 'an attacker', await hashApiKey(key), scope, Date.now() + DAY)
    .run()
  return key
}

/** SNS's signer, whose certificate the Worker has already fetched. */
async function knownSigner(): Promise<Signer> {
  const signer = await aSigner()
  await answerOutbound(signer.certificateUrl, signer.pem)
  const greeting = 'Successfully validated SNS topic for Amazon SES event publishing.'
  const fields = await signer.sign(aNotification(greeting, { TopicArn: TOPIC }))
  const response = await ask('/sns', { method: 'POST', body: JSON.stringify(fields) })
  if (response.status !== 200) throw new Error(`SNS was not heard: ${await response.text()}`)
  return signer
}

export const COMPLAINT = SES_EVENTS.Complaint
