import { parseArgs } from 'node:util'
import { exitOnSignals } from '../../src/cli/exit-on-signals.ts'
import { night } from './night.ts'
import { nightTable, wrongOfNight } from './night-table.ts'
import { head, json, line } from './report.ts'
import { runScenarios } from './run.ts'
import { SCENARIOS } from './scenarios/all.ts'

// npm run faults -- [--seed 7] [--scenario F6,F7] [--recipients 10000] [--kills 15] [--hits 20]
// npm run faults -- --nightly [--seed 7] [--seeds 20] [--minutes 60] [--lanes 2]

/** Of each row of the crash table, in one run; with the seeds of a night, once a seed. */
const HITS = 20

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    scenario: { type: 'string', default: 'storm' },
    recipients: { type: 'string', default: '1000' },
    kills: { type: 'string' },
    hits: { type: 'string', default: String(HITS) },
    nightly: { type: 'boolean', default: false },
    seeds: { type: 'string', default: String(HITS) },
    minutes: { type: 'string', default: '60' },
    lanes: { type: 'string', default: '2' },
    directory: { type: 'string', default: '.aerogram/faults' },
  },
})

exitOnSignals(1)
process.exitCode = 1
const ofToday = Math.floor(Date.now() / 86_400_000)
const seed = whole('--seed', values.seed ?? String(values.nightly ? ofToday : Date.now() % 100_000))
try {
  process.exitCode = (await (values.nightly ? nightly() : once())) ? 0 : 1
} catch (error) {
  console.error(`seed ${seed}: ${error instanceof Error ? error.message : String(error)}`)
}
// Requests that will not be answered any more must not keep us.
process.exit()

async function once(): Promise<boolean> {
  const wanted = values.scenario.split(',')
  const unknown = wanted.filter((name) => !SCENARIOS.some((scenario) => scenario.name === name))
  if (unknown.length > 0) {
    const known = SCENARIOS.map(({ name }) => name).join(', ')
    throw new Error(`There is no scenario ${unknown.join(', ')}; there are ${known}.`)
  }
  console.log(`seed ${seed}\n${head()}`)
  const results = await runScenarios({
    scenarios: SCENARIOS.filter(({ name }) => wanted.includes(name)),
    seed,
    size: {
      recipients: whole('--recipients', values.recipients),
      kills: whole('--kills', values.kills ?? '5'),
      hits: whole('--hits', values.hits),
    },
    directory: values.directory,
    show: (result) => console.log(line(result)),
  })
  console.log(json(results, seed))
  return results.every(({ violations }) => violations.length === 0)
}

/** Every scenario and many seeds; a night that was cut off goes on where it stopped. */
async function nightly(): Promise<boolean> {
  console.log(`seed ${seed}\n${head()}`)
  const results = await night({
    seed,
    seeds: whole('--seeds', values.seeds),
    minutes: whole('--minutes', values.minutes),
    lanes: whole('--lanes', values.lanes),
    recipients: values.recipients,
    kills: values.kills ?? '10',
    directory: values.directory,
    show: (result) => console.log(line(result)),
  })
  console.log(json(results, seed))
  console.log(`\n${nightTable(results)}`)
  const wrong = wrongOfNight(results, Math.min(HITS, whole('--seeds', values.seeds)))
  for (const sentence of wrong) console.log(sentence)
  return wrong.length === 0
}

function whole(flag: string, given: string): number {
  if (/^\d{1,7}$/.test(given)) return Number(given)
  throw new Error(`${flag} takes a whole number, not ${given}.`)
}
