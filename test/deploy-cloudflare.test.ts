import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'smol-toml'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { wrangler } from '../src/cli/wrangler.ts'
import { readConfig, settingNames } from '../src/config.ts'
import { blocks, projectRoot, section } from './support/readme.ts'
import { aShell } from './support/shell.ts'

const file = z
  .object({
    env: z.record(
      z.string(),
      z.object({
        name: z.string(),
        vars: z.record(z.string(), z.string()),
        d1_databases: z.array(z.object({ database_name: z.string() })),
        r2_buckets: z.array(z.object({ bucket_name: z.string() })),
        queues: z.object({ consumers: z.array(z.object({ queue: z.string() })) }),
      }),
    ),
  })
  .parse(parse(readFileSync(join(projectRoot, 'wrangler.toml'), 'utf8')))

const [variables = ''] = blocks(section('Deploying'), 'sh')
const [make = ''] = blocks(section('2. Cloudflare: database, queues, bucket, secrets'), 'sh')

/** Writes down what it was asked, and keeps what was piped into a secret. */
const NPX = `echo "$*" >> npx.log
case "$*" in *' put TOKEN_KEYS '*|*' put ADDRESS_KEY '*) cat > "$4.secret";; esac`

test.for(Object.entries(file.env))(
  'the commands of the README make all that %s is bound to, and no more',
  async ([environment, bound]) => {
    const { directory, run } = aShell({ npx: NPX })
    await run(variables, `export ENVIRONMENT=${environment} NAME=${bound.name}`, make)
    const asked = readFileSync(join(directory, 'npx.log'), 'utf8').trimEnd().split('\n')
    const secrets = settingNames.filter((name) => /_KEYS?$|_KEY_ID$/.test(name))

    expect(asked.toSorted()).toEqual(
      [
        'wrangler login',
        ...bound.d1_databases.map(
          ({ database_name }) => `wrangler d1 create ${database_name} --location weur`,
        ),
        ...bound.queues.consumers.map(({ queue }) => `wrangler queues create ${queue}`),
        ...bound.r2_buckets.map(({ bucket_name }) => `wrangler r2 bucket create ${bucket_name}`),
        ...secrets.map((name) => `wrangler secret put ${name} --env ${environment}`),
      ].toSorted(),
    )
    const config = readConfig({
      ...bound.vars,
      AWS_ACCESS_KEY_ID: 'AKIAXXXXXXXXXXXXXXXX',
      AWS_SECRET_ACCESS_KEY: 'x'.repeat(40),
      TOKEN_KEYS: readFileSync(join(directory, 'TOKEN_KEYS.secret'), 'utf8').trimEnd(),
      ADDRESS_KEY: readFileSync(join(directory, 'ADDRESS_KEY.secret'), 'utf8').trimEnd(),
    })
    expect(config.TOKEN_KEYS.map(({ id }) => id)).toEqual(['k1'])
  },
)

test.for(Object.keys(file.env))(
  'the first step of a deployment brings an empty database of %s up to date',
  { timeout: 60_000 },
  async (environment) => {
    const here = [
      '--env',
      environment,
      '--local',
      '--persist-to',
      mkdtempSync(join(tmpdir(), 'd1-')),
    ]
    await wrangler(['d1', 'migrations', 'apply', 'DB', ...here])
    const query = "SELECT name FROM sqlite_schema WHERE name IN ('emails', 'dead_letters')"
    const tables = await wrangler(['d1', 'execute', 'DB', ...here, '--json', '--command', query])
    expect(JSON.parse(tables)).toMatchObject([{ results: [{}, {}], success: true }])
  },
)
