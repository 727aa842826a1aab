import { expect, test } from 'vitest'
import { runScenarios } from '../faults/run.ts'
import { line } from '../faults/report.ts'
import { SCENARIOS } from '../faults/scenarios/all.ts'

/** A selection of `npm run faults -- --nightly`, small enough for every change. */
const SELECTED = ['F1', 'F10', 'F11', 'F13', 'F2', 'F6']
const SIZE = { recipients: 160, kills: 2, hits: 1, rows: 6 }

test(
  'whatever breaks on the way, nothing is lost and nobody gets it twice',
  { timeout: 300_000 },
  async () => {
    const seed = Number(process.env['SEED'] ?? Date.now() % 100_000)
    console.info(`seed ${seed}`)
    const results = await runScenarios({
      scenarios: SCENARIOS.filter(({ name }) => SELECTED.includes(name)),
      seed,
      size: SIZE,
      directory: '.aerogram/test/faults',
      show: (result) => console.info(line(result)),
    })
    expect(results.map(({ scenario }) => scenario).toSorted()).toEqual(SELECTED)
    expect(results.flatMap(({ violations }) => violations)).toEqual([])
    // The faults really struck.
    expect(results.every(({ accepted }) => accepted > 0)).toBe(true)
    expect(Math.max(...results.map(({ kills }) => kills))).toBeGreaterThan(1)
  },
)
