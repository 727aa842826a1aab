import { readdirSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import { type Guard, guardsOf } from './guards-of.ts'

const ROOT = new URL('../../', import.meta.url).pathname
export const LIST = new URL('guards.json', import.meta.url).pathname

/** Statements that only read: what they leave out is asserted by their answers. */
const READS =
  /\/(read-[a-z-]+|clicks|count-progress|ledger-sql|preflight-page|have-left|schema)\.ts$/

const listed = z.strictObject({
  file: z.string(),
  guard: z.string(),
  nth: z.int(),
  /** The test that fails without it. */
  fails: z.strictObject({ file: z.string(), test: z.string() }).optional(),
  /** Why nothing can fail without it. */
  redundant: z.string().optional(),
})
export type Listed = z.infer<typeof listed>

export function listedGuards(): Listed[] {
  return z.array(listed).parse(JSON.parse(readFileSync(LIST, 'utf8')))
}

/** As the sources have them now. */
export function presentGuards(): Guard[] {
  const files = readdirSync(`${ROOT}src/db`, { recursive: true, encoding: 'utf8' })
  return files
    .map((file) => `src/db/${file}`)
    .filter((file) => file.endsWith('.ts') && !READS.test(file))
    .toSorted()
    .flatMap((file) => guardsOf(file, readFileSync(ROOT + file, 'utf8')))
}

export function nameOf({ file, guard, nth }: Pick<Guard, 'file' | 'guard' | 'nth'>): string {
  return `${file} ${guard} (${nth})`
}
