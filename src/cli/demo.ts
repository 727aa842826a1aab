import { parseArgs } from 'node:util'
import { progressLine } from './demo/progress.ts'
import { runDemo } from './demo/run.ts'
import { SCALED_ACCOUNT, SCALED_SWEEP_SECONDS, SCALED_TIMES } from './demo/scaled.ts'
import { table } from './demo/table.ts'
import { exitOnSignals } from './exit-on-signals.ts'

const LIMIT_SECONDS = 600

const { values } = parseArgs({
  options: {
    emails: { type: 'string', default: '1000' },
    seed: { type: 'string', default: String(Date.now() % 100_000) },
    kills: { type: 'string', default: '0' },
    directory: { type: 'string', default: '.aerogram/demo' },
  },
})

exitOnSignals(1)
try {
  const emails = whole('--emails', values.emails)
  const seed = whole('--seed', values.seed)
  const kills = whole('--kills', values.kills)
  console.log(`${emails} emails through a Worker of their own, seed ${seed}`)
  const { lines, seconds, revivals } = await runDemo({
    emails,
    seed,
    kills,
    limitSeconds: LIMIT_SECONDS,
    account: kills > 0 ? SCALED_ACCOUNT : {},
    stack: {
      directory: values.directory,
      port: 0,
      simulatorPort: 0,
      entry: 'test/support/limited.ts',
      ...(kills > 0
        ? {
            environment: { ...process.env, ...SCALED_TIMES },
            sweepSeconds: SCALED_SWEEP_SECONDS,
          }
        : {}),
    },
    show: progressLine(process.stdout),
  })
  console.log(`\n\n${table(lines)}\n`)
  if (revivals > 0) console.log(`workerd was killed ${revivals} times`)
  console.log(`${seconds.toFixed(1)} s, ${Math.round(emails / seconds)} emails a second`)
  if (lines.some(({ differences }) => differences.length > 0)) process.exitCode = 1
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}
// Requests that will not be answered any more must not keep us.
process.exit()

function whole(flag: string, given: string): number {
  if (/^\d{1,7}$/.test(given)) return Number(given)
  throw new Error(`${flag} takes a whole number, not ${given}.`)
}
