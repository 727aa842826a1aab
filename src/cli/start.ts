import { parseArgs } from 'node:util'
import { exitOnSignals } from './exit-on-signals.ts'
import { startStack } from './stack.ts'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '8787' },
    'simulator-port': { type: 'string', default: '8790' },
    fresh: { type: 'boolean', default: false },
    'sweep-seconds': { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
    directory: { type: 'string', default: '.aerogram' },
  },
})

exitOnSignals(0)
try {
  const stack = await startStack({
    directory: values.directory,
    port: whole('--port', values.port),
    simulatorPort: whole('--simulator-port', values['simulator-port']),
    sweepSeconds: whole('--sweep-seconds', values['sweep-seconds']),
    fresh: values.fresh,
    log: (line) => {
      if (!values.json) console.log(line)
    },
  })
  const { api, apiKey } = stack
  const simulator = stack.simulator.url
  console.log(values.json ? JSON.stringify({ ready: true, api, simulator, apiKey }) : whatNext())

  function whatNext(): string {
    return `
Aerogram runs on ${api}. Send an email:

  curl -X POST ${api}/emails \\
    -H 'Authorization: Bearer ${apiKey}' -H 'Content-Type: application/json' \\
    -d '{"from":"You <you@example.com>","to":"ada@example.com","subject":"Hello","html":"<p>Hello Ada</p>"}'

or with the npm package resend, in a file of this directory:

  import { Resend } from 'resend'
  const resend = new Resend('${apiKey}', { baseUrl: '${api}' })
  const email = { from: 'you@example.com', to: 'ada@example.com', subject: 'Hello', text: 'Hello Ada' }
  const { data, error } = await resend.emails.send(email)
  console.log(data ?? error)

What people got:  ${simulator}/_sim/inbox
What became of it:  curl ${api}/emails -H 'Authorization: Bearer ${apiKey}'
Ctrl-C ends it.
`
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

function whole(flag: string, given: string): number {
  if (/^\d{1,5}$/.test(given)) return Number(given)
  throw new Error(`${flag} takes a whole number, not ${given}.`)
}
