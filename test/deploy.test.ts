import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { parse } from 'smol-toml'
import { expect, test } from 'vitest'
import { z } from 'zod'

const root = new URL('..', import.meta.url).pathname

const consumer = z.strictObject({
  queue: z.string(),
  max_batch_size: z.number(),
  max_batch_timeout: z.number(),
  max_retries: z.number(),
  retry_delay: z.number(),
  dead_letter_queue: z.string().optional(),
})

const environment = z.object({
  name: z.string(),
  routes: z.array(z.object({ pattern: z.string(), custom_domain: z.boolean() })),
  triggers: z.object({ crons: z.array(z.string()) }),
  vars: z.record(z.string(), z.string()),
  d1_databases: z.array(
    z.object({ binding: z.string(), database_name: z.string(), migrations_dir: z.string() }),
  ),
  r2_buckets: z.array(z.object({ binding: z.string(), bucket_name: z.string() })),
  durable_objects: z.object({
    bindings: z.array(z.object({ name: z.string(), class_name: z.string() })),
  }),
  queues: z.object({
    producers: z.array(z.object({ binding: z.string(), queue: z.string() })),
    consumers: z.array(consumer),
  }),
  observability: z.object({ redact_query_string: z.literal(true) }).optional(),
})

const file = z
  .object({
    compatibility_flags: z.array(z.string()),
    workers_dev: z.literal(false),
    preview_urls: z.literal(false),
    observability: z.object({ enabled: z.literal(true), redact_query_string: z.literal(true) }),
    env: z.record(z.string(), environment),
  })
  .parse(parse(await readFile(join(root, 'wrangler.toml'), 'utf8')))

const environments = ['test', 'uat', 'production']
const queues = ['send', 'broadcast', 'events', 'webhooks']

function ofEnvironment(name: string): z.infer<typeof environment> {
  const found = file.env[name]
  if (found === undefined) throw new Error(`wrangler.toml has no environment ${name}`)
  return found
}

test('there are three environments to deploy to', () => {
  expect(Object.keys(file.env)).toEqual(environments)
})

test('a fetch to our own zone meets the protection in front of it', () => {
  expect(file.compatibility_flags).toContain('global_fetch_strictly_public')
})

test.for(environments)('%s can be deployed', { timeout: 60_000 }, async (name) => {
  const { stdout, stderr } = await promisify(execFile)(
    join(root, 'node_modules/.bin/wrangler'),
    ['deploy', '--dry-run', '--env', name],
    {
      cwd: root,
      env: { ...process.env, NO_COLOR: '1' },
    },
  )
  expect(stderr + stdout).not.toContain('WARNING')
  for (const binding of ['DB', 'FILES', 'GOVERNOR', 'SEND', 'BROADCAST', 'EVENTS', 'WEBHOOKS']) {
    expect(stdout).toContain(`env.${binding} (`)
  }
})

test.for(environments)('%s has bindings of its own', (name) => {
  const { name: worker, ...own } = ofEnvironment(name)
  expect(worker).toBe(name === 'production' ? 'aerogram' : `aerogram-${name}`)
  expect(own.d1_databases).toEqual([
    { binding: 'DB', database_name: worker, migrations_dir: 'migrations' },
  ])
  expect(own.r2_buckets).toEqual([{ binding: 'FILES', bucket_name: `${worker}-files` }])
  expect(own.durable_objects.bindings).toEqual([{ name: 'GOVERNOR', class_name: 'Governor' }])
  expect(own.queues.producers).toEqual(
    queues.map((queue) => ({ binding: queue.toUpperCase(), queue: `${worker}-${queue}` })),
  )
  expect(own.vars).toMatchObject({ ENVIRONMENT: name })
})

test.for(environments)('%s says where it answers and when it sweeps', (name) => {
  const { routes, triggers, vars } = ofEnvironment(name)
  expect(routes).toHaveLength(1)
  expect(`https://${routes[0]?.pattern}`).toBe(vars['PUBLIC_URL'])
  expect(triggers.crons).toEqual(['* * * * *'])
})

test.for(environments)('%s keeps in a dead-letter queue what cannot be worked on', (name) => {
  const { name: worker, queues: own } = ofEnvironment(name)
  const byQueue = new Map(own.consumers.map((entry) => [entry.queue, entry]))
  for (const queue of queues) {
    const dead = `${worker}-${queue}-dead`
    expect(byQueue.get(`${worker}-${queue}`)).toMatchObject({
      dead_letter_queue: dead,
      max_retries: 100,
      retry_delay: 30,
    })
    expect(byQueue.get(dead)).toMatchObject({ max_retries: 100, retry_delay: 30 })
    expect(byQueue.get(dead)?.dead_letter_queue).toBeUndefined()
  }
  expect(byQueue.size).toBe(2 * queues.length)
  expect(byQueue.get(`${worker}-send`)?.max_batch_timeout).toBe(0)
})

test.for(environments)('%s writes to no real people unless it is production', (name) => {
  expect(ofEnvironment(name).vars['RECIPIENT_POLICY'] === 'any').toBe(name === 'production')
})
