import { parseArgs } from 'node:util'
import { closingLines } from './demo/broadcast/show.ts'
import { progressLine } from './demo/progress.ts'
import { runDemo } from './demo/run.ts'
import { DEMO_ACCOUNT, SCALED_ACCOUNT, SCALED_SWEEP_SECONDS, SCALED_TIMES } from './demo/scaled.ts'
import { table } from './demo/table.ts'
import { exitOnSignals } from './exit-on-signals.ts'

const LIMIT_SECONDS = 900
const RECIPIENTS = 50_000

const { values } = parseArgs({
  options: {
    emails: { type: 'string', default: '1000' },
    /** Recipients of the broadcast; 0 leaves it out, and so do kills. */
    broadcast: { type: 'string' },
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
  const recipients = whole('--broadcast', values.broadcast ?? String(kills > 0 ? 0 : RECIPIENTS))
  console.log(`${emails} emails through a Worker of their own, seed ${seed}`)
  const { lines, seconds, revivals, broadcast } = await runDemo({
    emails,
    seed,
    kills,
    broadcast: recipients,
    limitSeconds: LIMIT_SECONDS,
    account: kills > 0 ? SCALED_ACCOUNT : DEMO_ACCOUNT,
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
    tell: (line) => console.log(`\n${line}`),
  })
  console.log(`\n\n${table(lines, ['database', 'ledger'])}\n`)
  if (revivals > 0) console.log(`workerd was killed ${revivals} times`)
  console.log(`${seconds.toFixed(1)} s, ${Math.round(emails / seconds)} emails a second`)
  if (broadcast !== null) {
    console.log(`\n${table(broadcast.lines, ['broadcast', 'SES'])}\n\n${closingLines(broadcast)}`)
  }
  const all = [...lines, ...(broadcast?.lines ?? [])]
  if (all.some(({ differences }) => differences.length > 0)) process.exitCode = 1
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
