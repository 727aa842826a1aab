import { z } from 'zod'
import type { Lab } from './lab.ts'

const ledger = z.object({
  calls: z.array(
    z.object({
      operation: z.string(),
      at: z.number(),
      answered: z.number().nullable(),
      attempts: z.array(z.string()),
    }),
  ),
  accepted: z.array(z.object({ attemptId: z.string().nullable(), at: z.number() })),
})
const summary = z.object({ pending: z.number(), told: z.record(z.string(), z.number()) })

export type BenchLedger = z.infer<typeof ledger>

/** What the simulator took, and when. */
export async function readLedger({ stack }: Lab): Promise<BenchLedger> {
  return ledger.parse(await stack.simulator.control('ledger'))
}

/** Calls to SES that send, whatever they were answered. */
export function sendCalls({ calls }: BenchLedger): BenchLedger['calls'] {
  return calls.filter(({ operation }) => operation.startsWith('Send'))
}

/** Notifications told to the Worker so far, and events that are still on their way. */
export async function toldEvents({ stack }: Lab): Promise<{ told: number; pending: number }> {
  const { told, pending } = summary.parse(await stack.simulator.control('ledger?summary'))
  return { told: Object.values(told).reduce((sum, some) => sum + some, 0), pending }
}

/** No notification leaves for an hour: SES is measured without SNS. */
export async function holdEvents({ stack }: Lab): Promise<void> {
  const held = { fault: 'event_late', p: 1, delayMs: 3_600_000 }
  await stack.simulator.control('faults', { rules: [held] })
}
