import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { confirmSubscription } from '../../src/aws/sns-confirm.ts'
import { createSnsVerifier } from '../../src/aws/sns-verify.ts'
import { subscriptionsIn } from '../../src/db/subscriptions.ts'
import { readPreferences, savePreferences } from '../../src/db/audience/preferences.ts'
import { unsubscribe } from '../../src/db/unsubscribe.ts'
import type { MailEvent } from '../../src/domain/event.ts'
import { createEvents } from '../../src/events/app.ts'
import { eventJob } from '../../src/queue/jobs.ts'
import { databaseAway } from './broken-database.ts'
import { aNetwork, type Network } from './sns-network.ts'
import { aSigner, type Fields, type Signer, TOPIC } from './sns-signer.ts'

export const SUBSCRIPTION = `${TOPIC}:6f1c0bd4-3f5e-4a0e-9a0b-0123456789ab`
export const TOKEN_KEYS = [{ id: 'k1', key: 'a-key-of-thirty-two-characters-at-least' }]

export interface EventsDoor {
  network: Network
  signer: Signer
  /** What went into the queue, each job as its consumer would read it. */
  jobs: { version: 1; events: MailEvent[] }[]
  queue: { away: boolean }
  database: { away: boolean }
  clock: { now: number }
  post(body: Fields | BodyInit, headers?: Record<string, string>): Promise<Response>
  fetch(path: string, init?: RequestInit): Promise<Response>
  topics(): Promise<Record<string, unknown>[]>
}

/** The events role on a real database, with SNS behind a counted network and a queue that can be away. */
export async function anEventsDoor(): Promise<EventsDoor> {
  await env.DB.prepare('DELETE FROM subscriptions').run()
  const signer = await aSigner()
  const network = aNetwork()
  network.answers.set(signer.certificateUrl, () => new Response(signer.pem))
  const jobs: EventsDoor['jobs'] = []
  const queue = { away: false }
  const database = { away: false }
  const clock = { now: Date.now() }
  const now = () => clock.now
  const sns = { fetch: network.fetch, endpoint: undefined }
  const kept = subscriptionsIn(env.DB)
  const subscriptions: typeof kept = {
    ...kept,
    async isConfirmed(topicArn) {
      if (database.away) throw new Error('the database is away')
      return kept.isConfirmed(topicArn)
    },
  }
  let loads = 0
  const app = createEvents({
    verify: createSnsVerifier({
      ...sns,
      topics: [TOPIC],
      now,
      isConfirmed: (topicArn) => subscriptions.isConfirmed(topicArn),
    }),
    confirm: (topicArn, token) => confirmSubscription(topicArn, token, sns),
    subscriptions,
    queue: {
      async enqueue(job) {
        if (queue.away) throw new Error('the queue is away')
        jobs.push(eventJob.parse(job))
      },
    },
    readPreferences: (address, topicId) =>
      readPreferences(database.away ? databaseAway() : env.DB, address, topicId),
    savePreferences: (address, consent, at) =>
      savePreferences(database.away ? databaseAway() : env.DB, address, consent, at),
    unsubscribe: (leaving, how) =>
      unsubscribe(database.away ? databaseAway() : env.DB, leaving, how),
    tokenKeys: TOKEN_KEYS,
    now,
    newId: () => `load-${++loads}`,
  })

  async function fetch(path: string, init?: RequestInit): Promise<Response> {
    const ctx = createExecutionContext()
    const response = await app.fetch(new Request(`https://mail.example.com${path}`, init), env, ctx)
    await waitOnExecutionContext(ctx)
    return response
  }

  return {
    network,
    signer,
    jobs,
    queue,
    database,
    clock,
    fetch,
    post(body, headers = {}) {
      const raw = isFields(body) ? JSON.stringify(body) : body
      const all = { 'content-type': 'text/plain; charset=UTF-8', ...headers }
      return fetch('/sns', { method: 'POST', body: raw, headers: all })
    },
    async topics() {
      return (await env.DB.prepare('SELECT * FROM subscriptions').all()).results
    },
  }
}

function isFields(body: Fields | BodyInit): body is Fields {
  return typeof body === 'object' && Object.getPrototypeOf(body) === Object.prototype
}
