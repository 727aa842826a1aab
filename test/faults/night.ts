import { type ChildProcess, spawn } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { type Result, result } from './result.ts'
import { SCENARIOS } from './scenarios/all.ts'

const MINUTE = 60_000
/** One scenario that takes longer hangs, whatever it says of itself. */
const LONGEST_MS = 15 * MINUTE
/** With every seed, whatever else there is time for: the crash table, and everything at once. */
const CORE = ['F2', 'storm', 'stormhold', 'F15']
const MAIN = new URL('main.ts', import.meta.url).pathname

export interface Night {
  seed: number
  seeds: number
  /** Nothing is begun after so many. */
  minutes: number
  /** How many at once, each with processes and a directory of its own. */
  lanes: number
  recipients: string
  kills: string
  directory: string
  show: (result: Result) => void
}

interface Job {
  scenario: string
  seed: number
}

const written = z.union([result, z.object({ ended: z.literal(true) })])

/**
 * Every scenario with the first seed, the core with every seed, then the others with further seeds while
 * there is time. Each is a process, and its result is kept at once: who is cut off goes on from there.
 */
export async function night({ directory, show, ...night }: Night): Promise<Result[]> {
  mkdirSync(directory, { recursive: true })
  const file = join(directory, `night-${night.seed}.jsonl`)
  const results = before(file)
  for (const known of results) show(known)
  const done = new Set(results.map(nameOf))
  const jobs = planned(night).filter((job) => !done.has(nameOf(job)))
  const deadline = Date.now() + night.minutes * MINUTE
  await Promise.all(
    Array.from({ length: night.lanes }, async (_, lane) => {
      for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
        if (Date.now() > deadline) return
        const apart = () => runApart(job, night, join(directory, `lane-${lane}`))
        // Two lanes may have been given the same free port.
        const found = (await apart()) ?? (await apart()) ?? nothing(job)
        results.push(found)
        appendFileSync(file, `${JSON.stringify(found)}\n`)
        show(found)
      }
    }),
  )
  appendFileSync(file, `${JSON.stringify({ ended: true })}\n`)
  return results
}

function nameOf({ scenario, seed }: Job): string {
  return `${scenario} ${seed}`
}

/** Of a night that did not come to its end. */
function before(file: string): Result[] {
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8').trim().split('\n').filter(Boolean)
  let results: Result[] = []
  for (const line of lines) {
    const entry = written.parse(JSON.parse(line))
    if ('ended' in entry) results = []
    else results.push(entry)
  }
  return results
}

function planned({ seed, seeds }: Pick<Night, 'seed' | 'seeds'>): Job[] {
  const all = SCENARIOS.map(({ name }) => name)
  const others = all.filter((name) => !CORE.includes(name))
  const further = Array.from({ length: seeds - 1 }, (_, n) => seed + 1 + n)
  return [
    ...together(all, seed),
    ...further.flatMap((each) => together(CORE, each)),
    ...further.flatMap((each) => together(others, each)),
  ]
}

function together(names: string[], seed: number): Job[] {
  return names.map((scenario) => ({ scenario, seed }))
}

const report = z.object({ results: z.array(result) })

async function runApart(
  job: Job,
  { recipients, kills }: Pick<Night, 'recipients' | 'kills'>,
  directory: string,
): Promise<Result | undefined> {
  const flags = { ...job, recipients, kills, hits: 1, directory }
  const args = Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, String(value)])
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ends = () => child.kill('SIGTERM')
  const timer = setTimeout(ends, LONGEST_MS)
  process.once('exit', ends)
  try {
    return await toldBy(child)
  } finally {
    clearTimeout(timer)
    process.off('exit', ends)
  }
}

async function toldBy(child: ChildProcess): Promise<Result | undefined> {
  if (child.stdout === null) return undefined
  let told: Result | undefined
  for await (const line of createInterface(child.stdout)) {
    if (line.startsWith('{')) told = report.parse(JSON.parse(line)).results[0]
  }
  return told
}

const NOTHING = {
  recipients: 0,
  kills: 0,
  accepted: 0,
  copies: 0,
  unknown: 0,
  unknownAccepted: 0,
  settledSeconds: 0,
  seconds: 0,
}

function nothing({ scenario, seed }: Job): Result {
  const none = { ...NOTHING, says: '', world: '', points: {}, looked: {} }
  const violations = ['its process ended without a result, twice']
  return {
    ...none,
    scenario,
    seed,
    violations,
  }
}
