import { parseArgs } from 'node:util'
import { startSimulator } from './server.ts'

/** `node src/simulator/main.ts [--port 8790] [--directory .aerogram/simulator] …`; one JSON line when ready. */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '8790' },
    directory: { type: 'string', default: '.aerogram/simulator' },
    region: { type: 'string', default: 'eu-west-1' },
    account: { type: 'string', default: '000000000000' },
    'access-key-id': { type: 'string', default: 'AKIALOCALAEROGRAM00' },
    'secret-access-key': { type: 'string', default: 'local-secret-local-secret-local-secret' },
    'event-delay': { type: 'string', default: '1' },
  },
})

const simulator = await startSimulator({
  port: number('port', values.port),
  directory: values.directory,
  region: values.region,
  account: values.account,
  credentials: {
    accessKeyId: values['access-key-id'],
    secretAccessKey: values['secret-access-key'],
  },
  eventDelay: number('event-delay', values['event-delay']),
})
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => {
    void simulator.close().then(() => process.exit(0))
  })
console.log(JSON.stringify({ ready: true, url: simulator.url }))

function number(name: string, given: string): number {
  const value = Number(given)
  if (given.trim() !== '' && Number.isFinite(value) && value >= 0) return value
  console.error(`--${name} must be a number that is not negative, not '${given}'`)
  return process.exit(2)
}
