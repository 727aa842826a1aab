import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { newApiKey, SCOPES } from '../domain/api-key.ts'
import { LIST_KEYS_SQL, revokeKeySql, saveKeySql } from './key-sql.ts'
import { wrangler } from './wrangler.ts'

const USAGE = `npm run keys -- create --env <environment> [--name <name>] [--scope full_access|sending_access]
npm run keys -- list --env <environment>
npm run keys -- revoke <id> --env <environment>
with --local [--persist-to <directory>] instead of --env: the database on this machine`

const listed = z.object({
  id: z.string(),
  name: z.string(),
  scope: z.string(),
  created_at: z.number(),
  revoked_at: z.number().nullable(),
})
/** `wrangler d1 execute --json`: one entry a statement. */
const answer = z.array(z.object({ results: z.array(z.unknown()), success: z.literal(true) }))

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      env: { type: 'string' },
      name: { type: 'string', default: '' },
      scope: { type: 'string', default: 'full_access' },
      local: { type: 'boolean', default: false },
      'persist-to': { type: 'string', default: '.aerogram/state' },
    },
  })
  const [verb, id] = positionals
  const where = place(values)
  switch (verb) {
    case 'create':
      await create(where, values.name, values.scope)
      break
    case 'list':
      await list(where)
      break
    case 'revoke':
      await revoke(where, id)
      break
    case undefined:
    default:
      throw new Error(USAGE)
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

async function create(where: string[], name: string, given: string): Promise<void> {
  const scope = SCOPES.find((known) => known === given)
  if (scope === undefined) throw new Error(`--scope is one of ${SCOPES.join(', ')}.`)
  const { id, key } = newApiKey(randomBytes)
  await execute(where, await saveKeySql(key, { name: name || id, scope, now: Date.now() }))
  console.error('The key, shown this once; only its hash is stored:')
  console.log(key)
}

async function list(where: string[]): Promise<void> {
  const keys = z.array(listed).parse(await execute(where, LIST_KEYS_SQL))
  for (const { id, name, scope, created_at, revoked_at } of keys) {
    const revoked = revoked_at === null ? '' : `revoked ${isoDay(revoked_at)}`
    console.log([id, scope.padEnd(14), isoDay(created_at), name, revoked].join('  ').trimEnd())
  }
}

async function revoke(where: string[], id: string | undefined): Promise<void> {
  if (id === undefined) throw new Error(USAGE)
  const revoked = await execute(where, revokeKeySql(id, Date.now()))
  if (revoked.length === 0) throw new Error(`No key ${id} that is not revoked already.`)
  console.log(`${id} is revoked`)
}

async function execute(where: string[], sql: string): Promise<unknown[]> {
  const printed = await wrangler(['d1', 'execute', 'DB', ...where, '--json', '--command', sql])
  return answer.parse(JSON.parse(printed))[0]?.results ?? []
}

function place(values: { env?: string; local: boolean; 'persist-to': string }): string[] {
  if (values.local) return ['--env', '', '--local', '--persist-to', values['persist-to']]
  if (values.env === undefined) throw new Error(`Which environment?\n${USAGE}`)
  return ['--env', values.env, '--remote']
}

function isoDay(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}
