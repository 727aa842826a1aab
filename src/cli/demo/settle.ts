import { setTimeout } from 'node:timers/promises'
import type { Stack } from '../stack.ts'
import type { AskedEmail } from './ask.ts'
import { compare, type Line } from './compare.ts'
import { databaseSide } from './database-side.ts'
import { countStatuses, readDatabase, type StatusCount } from './database-view.ts'
import { ledgerSide } from './ledger-side.ts'
import { ledgerSummary, ledgerView } from './ledger-view.ts'
import { movement } from './movement.ts'
import { OPEN_STATES } from '../../domain/state.ts'

const OPEN = new Set<string>(OPEN_STATES)
const SECOND = 1000
const POLL_MS = 250
/** Everything is final and told for so long, and still there is a difference. */
const DIFFERS_MS = 10 * SECOND

export interface Progress {
  asked: number
  statuses: StatusCount[]
}

/**
 * Waits until so many emails are asked for, all are final, and database and ledger agree; or until
 * it is clear that they will not. Throws when nothing moves any more.
 */
export async function settled(
  stack: Stack,
  asked: readonly AskedEmail[],
  expected: { emails: number; deadline: number },
  show: (progress: Progress) => void,
): Promise<Line[]> {
  const moves = movement(expected.deadline)
  while (true) {
    const seen = await look(stack, asked).catch(() => null)
    if (seen !== null) {
      const { statuses, summary } = seen
      show({ asked: asked.length, statuses })
      moves.saw(JSON.stringify([asked.length, statuses, summary]))
      const final = statuses.every(({ state }) => !OPEN.has(state))
      if (asked.length === expected.emails && final && summary.pending === 0) {
        const lines = compare(
          databaseSide(await readDatabase(stack.worker)),
          ledgerSide([...asked], ledgerView.parse(await stack.simulator.control('ledger'))),
        )
        const agree = lines.every(({ differences }) => differences.length === 0)
        if (agree || moves.stillMs() > DIFFERS_MS) return lines
      }
    }
    moves.mustGoOn()
    await setTimeout(POLL_MS)
  }
}

/** Fails while workerd is away. */
async function look(stack: Stack, asked: readonly AskedEmail[]) {
  const statuses = await countStatuses(stack.worker)
  const summary = ledgerSummary.parse(await stack.simulator.control('ledger?summary'))
  return { statuses, summary, asked: asked.length }
}
