import { parseArgs } from 'node:util'
import { wranglerInTerminal } from './wrangler.ts'

// Migrations first: they only add, so the Worker of before them runs on with what they made.
const { values } = parseArgs({ options: { env: { type: 'string' } } })
if (values.env === undefined) {
  console.error('Which environment? npm run deploy -- --env test, uat or production')
  process.exit(2)
}
const env = ['--env', values.env]
for (const step of [['d1', 'migrations', 'apply', 'DB', '--remote'], ['deploy']]) {
  const code = await wranglerInTerminal([...step, ...env])
  if (code !== 0) process.exit(code ?? 1)
}
