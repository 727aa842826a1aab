import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { expect, test } from 'vitest'
import { unstable_getMiniflareWorkerOptions } from 'wrangler'
import { openEventChannel } from '../../src/aws/event-channel.ts'
import { freePort } from '../../src/cli/port.ts'
import { LOCAL_CREDENTIALS } from '../../src/cli/simulator-process.ts'
import { wrangler } from '../../src/cli/wrangler.ts'
import { newApiKey, hashApiKey } from '../../src/domain/api-key.ts'
import { startSimulator } from '../../src/simulator/server.ts'

const CONFIG = 'test/split/wrangler.toml'
const ROLES = ['api', 'events', 'consumer'] as const
const REGION = 'eu-west-1'
const TOPIC = 'arn:aws:sns:eu-west-1:000000000000:aerogram-split'
const SECOND = 1000

test('an entry file of a split role has at most ten lines', () => {
  for (const role of ROLES) {
    expect(readFileSync(`test/split/${role}.ts`, 'utf8').trim().split('\n').length).toBeLessThan(11)
  }
})

test('three Workers, one a role, take an email from POST to delivered', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'aerogram-split-'))
  const simulator = await startSimulator({
    port: 0,
    directory: join(directory, 'simulator'),
    region: REGION,
    account: '000000000000',
    credentials: LOCAL_CREDENTIALS,
    eventDelay: 0.1,
  })
  const port = await freePort(0, '--port')
  // One public address in front of two Workers, as routes would have it: SNS and pixels to events.
  const front = {
    name: 'front',
    modules: true,
    script: `export default { fetch(request, env) {
      const { pathname } = new URL(request.url)
      return (pathname === '/sns' || pathname.startsWith('/o/') ? env.EVENTS : env.API).fetch(request)
    } }`,
    serviceBindings: { API: 'aerogram-api', EVENTS: 'aerogram-events' },
  }
  const vars = {
    ENVIRONMENT: 'local',
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    AWS_REGION: REGION,
    SES_CONFIGURATION_SET: 'aerogram',
    SNS_TOPIC_ARNS: TOPIC,
    SES_RATE_SHARE: '1',
    RECIPIENT_POLICY: 'any',
    AWS_ENDPOINT_URL_SESV2: simulator.url,
    AWS_ENDPOINT_URL_SNS: simulator.url,
    AWS_ACCESS_KEY_ID: LOCAL_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: LOCAL_CREDENTIALS.secretAccessKey,
    TOKEN_KEYS: 'k1:c3BsaXQtdG9rZW4ta2V5LXNwbGl0LXRva2VuLWtleS0',
    ADDRESS_KEY: 'c3BsaXQtYWRkcmVzcy1rZXktc3BsaXQtYWRkcmVzcy0x',
  }
  const workers = []
  for (const role of ROLES) {
    const outdir = join(directory, role)
    // The same run that shows that each can be deployed.
    await wrangler(['deploy', '-c', CONFIG, '--env', role, '--dry-run', '--outdir', outdir])
    const { workerOptions } = unstable_getMiniflareWorkerOptions(CONFIG, role)
    workers.push({
      ...workerOptions,
      name: `aerogram-${role}`,
      bindings: vars,
      modules: [{ type: 'ESModule' as const, path: join(outdir, `${role}.js`) }],
      modulesRoot: outdir,
    })
  }
  const miniflare = new Miniflare({
    ...convertV4MiniflareOptions({
      host: '127.0.0.1',
      port,
      cf: false,
      workers: [front, ...workers],
    }),
    resourcePersistencePath: join(directory, 'state'),
  })
  try {
    const db = await miniflare.getD1Database('DB', 'aerogram-api')
    for (const file of readdirSync('migrations').filter((name) => name.endsWith('.sql'))) {
      const statements = readFileSync(join('migrations', file), 'utf8').split(
        '--> statement-breakpoint',
      )
      await db.batch(statements.map((statement) => db.prepare(statement)))
    }
    const { id, key } = newApiKey((bytes) => crypto.getRandomValues(new Uint8Array(bytes)))
    await db
      .prepare(
        `INSERT INTO api_keys (id, name, hash, scope, created_at) VALUES (?1, 'split', ?2, 'full_access', 0)`,
      )
      .bind(id, await hashApiKey(key))
      .run()
    await openEventChannel(
      {
        topicArn: TOPIC,
        configurationSet: 'aerogram',
        endpoint: `http://127.0.0.1:${port}/sns`,
        deadLetterQueueUrl: undefined,
      },
      {
        region: REGION,
        ...LOCAL_CREDENTIALS,
        sesEndpoint: simulator.url,
        snsEndpoint: simulator.url,
        sqsEndpoint: simulator.url,
      },
    )
    const api = async (path: string, init: RequestInit = {}) => {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, {
        ...init,
        headers: { authorization: `Bearer ${key}` },
      })
      return JSON.parse(await response.text())
    }
    const email = { from: 'a@example.com', to: 'b@example.com', subject: 'Split', text: 'Hello' }
    const sent = await api('/emails', { method: 'POST', body: JSON.stringify(email) })
    await expect
      .poll(async () => (await api(`/emails/${sent.id}`)).last_event, { timeout: 30 * SECOND })
      .toBe('delivered')
  } finally {
    await miniflare.dispose()
    await simulator.close()
    rmSync(directory, { recursive: true, force: true })
  }
})
