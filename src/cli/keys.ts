import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { newApiKey, SCOPES } from '../domain/api-key.ts'
import { d1Execute, type Place, PLACE_OPTIONS } from './d1-execute.ts'
import { LIST_KEYS_SQL, revokeKeySql, saveKeySql } from './key-sql.ts'

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

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      ...PLACE_OPTIONS,
      name: { type: 'string', default: '' },
      scope: { type: 'string', default: 'full_access' },
    },
  })
  const [verb, id] = positionals
  switch (verb) {
    case 'create':
      await create(values, values.name, values.scope)
      break
    case 'list':
      await list(values)
      break
    case 'revoke':
      await revoke(values, id)
      break
    case undefined:
    default:
      throw new Error(USAGE)
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

async function create(place: Place, name: string, given: string): Promise<void> {
  const scope = SCOPES.find((known) => known === given)
  if (scope === undefined) throw new Error(`--scope is one of ${SCOPES.join(', ')}.`)
  const { id, key } = newApiKey(randomBytes)
  await execute(place, await saveKeySql(key, { name: name || id, scope, now: Date.now() }))
  console.error('The key, shown this once; only its hash is stored:')
  console.log(key)
}

async function list(place: Place): Promise<void> {
  const keys = z.array(listed).parse(await execute(place, LIST_KEYS_SQL))
  for (const { id, name, scope, created_at, revoked_at } of keys) {
    const revoked = revoked_at === null ? '' : `revoked ${isoDay(revoked_at)}`
    console.log([id, scope.padEnd(14), isoDay(created_at), name, revoked].join('  ').trimEnd())
  }
}

async function revoke(place: Place, id: string | undefined): Promise<void> {
  if (id === undefined) throw new Error(USAGE)
  const revoked = await execute(place, revokeKeySql(id, Date.now()))
  if (revoked.length === 0) throw new Error(`No key ${id} that is not revoked already.`)
  console.log(`${id} is revoked`)
}

async function execute(place: Place, sql: string): Promise<unknown[]> {
  return (await d1Execute(place, [sql]))[0] ?? []
}

function isoDay(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}
