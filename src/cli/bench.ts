import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { countedBroadcast } from './bench/counted-broadcast.ts'
import { type Drain, drain } from './bench/drain.ts'
import { type Figure, figureLines, figureTable } from './bench/figure.ts'
import {
  countedFigures,
  drainFigures,
  LARGE_SIZE,
  largeFigures,
  MEASURED_SIZE,
  pacedFigures,
} from './bench/figures.ts'
import { paced } from './bench/paced.ts'
import { exitOnSignals } from './exit-on-signals.ts'

const SIZES = '1000,10000,50000,200000'
const QUICK_SIZES = '1000,10000'
/** The loop is timed with so many and told per second: all 50,000 would take a minute. */
const SDK_EMAILS = 5000
/** Three events each. */
const RECORDED_EMAILS = 10_000

const { values } = parseArgs({
  options: {
    /** Recipients of the broadcasts that are drained, one after the other. */
    sizes: { type: 'string' },
    /** Runs of each size; told is the median. */
    repeat: { type: 'string', default: '1' },
    /** Recipients of the broadcast whose events are all told; 0 for none. */
    counted: { type: 'string' },
    /** 1,000 and 10,000, and no paced run. */
    quick: { type: 'boolean', default: false },
    /** Where the JSON lines go instead of standing after the table. */
    json: { type: 'string' },
  },
})

exitOnSignals(1)
try {
  const sizes = (values.sizes ?? (values.quick ? QUICK_SIZES : SIZES)).split(',').map(whole)
  const figures: Figure[] = []
  const found = (more: Figure[]) => {
    figures.push(...more)
    for (const { figure, reached } of more) console.error(`${figure}: ${reached}`)
  }
  const runs = new Map<number, Drain[]>()
  for (const size of sizes) {
    const ofSize: Drain[] = []
    for (let run = 0; run < whole(values.repeat); run += 1) {
      const sdkEmails = Math.min(SDK_EMAILS, size)
      ofSize.push(await drain({ size, sdkEmails, recordedEmails: Math.min(RECORDED_EMAILS, size) }))
    }
    runs.set(size, ofSize)
    found(drainFigures(ofSize, Math.min(SDK_EMAILS, size)))
  }
  const [measured, large] = [runs.get(MEASURED_SIZE), runs.get(LARGE_SIZE)]
  if (measured !== undefined && large !== undefined) found(largeFigures(measured, large))
  const counted = whole(values.counted ?? (values.quick ? '1000' : String(MEASURED_SIZE)))
  if (counted > 0) found(countedFigures(await countedBroadcast(counted)))
  if (!values.quick) found(pacedFigures(await paced()))

  console.log(`\n${machine()}\n\n${figureTable(figures)}\n`)
  if (values.json === undefined) console.log(figureLines(figures))
  else writeFileSync(values.json, `${figureLines(figures)}\n`)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
// Requests that will not be answered any more must not keep us.
process.exit()

function machine(): string {
  const [cpu] = cpus()
  return `${cpus().length} cores (${cpu?.model.trim() ?? 'unknown'}), Node ${process.version}, ${new Date().toISOString()}`
}

function whole(given: string): number {
  if (/^\d{1,7}$/.test(given)) return Number(given)
  throw new Error(`Sizes and counts are whole numbers, not ${given}.`)
}
