import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { LIST, type Listed, listedGuards, nameOf, presentGuards } from './listed.ts'

// `npm run guards` takes every guard away in turn and prints which test misses it; exit code 1 when none
// does and nothing explains it. `npm run guards -- --write` also writes guards.json anew.

const told = z.object({
  number: z.int(),
  tests: z.int(),
  fails: z.object({ file: z.string(), test: z.string() }).nullable(),
})
const config = new URL('vitest.config.ts', import.meta.url).pathname

const found = new Map<number, z.infer<typeof told>>()
const vitest = spawn('vitest', ['run', '--config', config], { stdio: ['ignore', 'pipe', 'ignore'] })
for await (const line of createInterface(vitest.stdout)) {
  const [, what, json = ''] = /guards:(\w+) (\{.*\})$/.exec(line) ?? []
  if (what === 'unfit') console.log(`not of use, as it leans on tests before it: ${json}`)
  if (what !== 'guard') continue
  const guard = told.parse(JSON.parse(json))
  found.set(guard.number, guard)
}

const known = new Map(listedGuards().map((guard) => [nameOf(guard), guard]))
const guards = presentGuards().map(({ file, guard, nth }, number): Listed & { tests: number } => {
  const { redundant } = known.get(nameOf({ file, guard, nth })) ?? {}
  const { fails = null, tests = 0 } = found.get(number) ?? {}
  return {
    file,
    guard,
    nth,
    ...(fails !== null ? { fails } : redundant === undefined ? {} : { redundant }),
    tests,
  }
})
for (const { file, guard, nth, fails, redundant, tests } of guards) {
  const verdict = fails === undefined ? (redundant ?? `NO TEST OF ${tests} FAILS`) : fails.test
  console.log(`${file} | ${guard} (${nth}) | ${verdict}`)
}
const open = guards.filter((each) => each.fails === undefined && each.redundant === undefined)
const explained = guards.filter((each) => each.redundant !== undefined)
console.log(
  `${guards.length} guards, ${guards.length - open.length - explained.length} missed by a test, ${explained.length} explained, ${open.length} open`,
)
if (process.argv.includes('--write')) {
  const list = guards.map(({ file, guard, nth, fails, redundant }) => ({
    file,
    guard,
    nth,
    ...(fails !== undefined && { fails }),
    ...(redundant !== undefined && { redundant }),
  }))
  writeFileSync(LIST, `${JSON.stringify(list, null, 2)}\n`)
}
process.exitCode = open.length === 0 && found.size === guards.length ? 0 : 1
