import { z } from 'zod'
import type { SimulatorProcess } from '../../simulator-process.ts'
import { ledgerView } from '../ledger-view.ts'

const { accepted, events, people } = ledgerView.shape
const call = z.object({ operation: z.string(), attempts: z.array(z.string()) })

/** What really happened, with the times of acceptance and the calls. */
export interface TimedLedger extends z.infer<typeof ledgerView> {
  accepted: z.infer<typeof timed>[]
  calls: z.infer<typeof call>[]
}

const timed = accepted.element.extend({ at: z.number() })
const record = z.union([
  z.object({ accepted: timed }),
  z.object({ event: events.element }),
  z.object({ person: people.element }),
  z.object({ call }),
])

/** `GET /_sim/ledger.jsonl`, line by line: of a large ledger only what is asked for is kept. */
export async function readLedger({ url }: Pick<SimulatorProcess, 'url'>): Promise<TimedLedger> {
  const response = await fetch(`${url}/_sim/ledger.jsonl`)
  if (!response.ok || response.body === null) {
    throw new Error(`The simulator's ledger answered ${response.status}`)
  }
  const ledger: TimedLedger = { calls: [], accepted: [], events: [], people: [] }
  let rest = ''
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) keep(record.parse(JSON.parse(line)), ledger)
  }
  return ledger
}

function keep(kept: z.infer<typeof record>, ledger: TimedLedger): void {
  if ('accepted' in kept) ledger.accepted.push(kept.accepted)
  else if ('event' in kept) ledger.events.push(kept.event)
  else if ('person' in kept) ledger.people.push(kept.person)
  else ledger.calls.push(kept.call)
}
