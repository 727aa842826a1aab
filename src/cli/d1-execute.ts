import { z } from 'zod'
import { wrangler } from './wrangler.ts'

/** `wrangler d1 execute --json`: one entry a statement. */
const answer = z.array(
  z.object({
    results: z.array(z.record(z.string(), z.unknown())).default([]),
    success: z.literal(true),
  }),
)

/** Options of `parseArgs` that say which database is meant. */
export const PLACE_OPTIONS = {
  env: { type: 'string' },
  local: { type: 'boolean', default: false },
  'persist-to': { type: 'string', default: '.aerogram/state' },
} as const

export interface Place {
  env?: string
  local: boolean
  'persist-to': string
}

/** Runs the statements as one batch: the rows of each. Throws with what wrangler printed. */
export async function d1Execute(
  place: Place,
  statements: string[],
): Promise<Record<string, unknown>[][]> {
  const command = statements.join(';\n')
  const args = ['d1', 'execute', 'DB', ...whereOf(place), '--json', '--command', command]
  return answer.parse(JSON.parse(await wrangler(args))).map(({ results }) => results)
}

function whereOf(place: Place): string[] {
  if (place.local) return ['--env', '', '--local', '--persist-to', place['persist-to']]
  if (place.env === undefined) throw new Error('Which environment? Give --env or --local.')
  return ['--env', place.env, '--remote']
}
