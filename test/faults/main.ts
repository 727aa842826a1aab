import { parseArgs } from 'node:util'
import { exitOnSignals } from '../../src/cli/exit-on-signals.ts'
import { head, json, line } from './report.ts'
import { type Result, runScenarios } from './run.ts'
import { SCENARIOS } from './scenarios/all.ts'

// npm run faults -- [--seed 7] [--scenario F6,F7 | --nightly] [--recipients 10000] [--kills 15] [--hits 20]

const NIGHTLY_SEEDS = 20
const STORM = 'storm'
/** Of each row of the crash table, in one run or with the seeds of a night. */
const HITS = 20

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 100_000) },
    scenario: { type: 'string', default: STORM },
    recipients: { type: 'string', default: '1000' },
    kills: { type: 'string', default: '5' },
    hits: { type: 'string' },
    seeds: { type: 'string', default: String(NIGHTLY_SEEDS) },
    nightly: { type: 'boolean', default: false },
    directory: { type: 'string', default: '.aerogram/faults' },
  },
})

exitOnSignals(1)
process.exitCode = 1
const seed = whole('--seed', values.seed)
try {
  const wanted = values.nightly ? SCENARIOS.map(({ name }) => name) : values.scenario.split(',')
  const unknown = wanted.filter((name) => !SCENARIOS.some((scenario) => scenario.name === name))
  if (unknown.length > 0) {
    const known = SCENARIOS.map(({ name }) => name).join(', ')
    throw new Error(`There is no scenario ${unknown.join(', ')}; there are ${known}.`)
  }
  const size = {
    recipients: whole('--recipients', values.recipients),
    kills: whole('--kills', values.kills),
    hits: whole('--hits', values.hits ?? String(values.nightly ? 1 : HITS)),
  }
  const scenarios = SCENARIOS.filter(({ name }) => wanted.includes(name))
  const seeds = values.nightly ? whole('--seeds', values.seeds) : 1
  console.log(`seed ${seed}\n${head()}`)
  const results: Result[] = []
  for (let n = 0; n < seeds; n += 1) {
    results.push(
      ...(await runScenarios({
        scenarios,
        seed: seed + n,
        size,
        directory: values.directory,
        show: (result) => console.log(line(result)),
      })),
    )
  }
  console.log(json(results, seed))
  if (results.every(({ violations }) => violations.length === 0)) process.exitCode = 0
} catch (error) {
  console.error(`seed ${seed}: ${error instanceof Error ? error.message : String(error)}`)
}
// Requests that will not be answered any more must not keep us.
process.exit()

function whole(flag: string, given: string): number {
  if (/^\d{1,7}$/.test(given)) return Number(given)
  throw new Error(`${flag} takes a whole number, not ${given}.`)
}
