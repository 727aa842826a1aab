import { exploreBroadcast } from './broadcast/explore.ts'
import type { Design } from './broadcast/steps.ts'
import { type Bounds, explore, type Findings } from './explore.ts'
import * as designs from './rules.ts'

export interface Row {
  design: string
  rules: designs.Rules
  bounds: Bounds
}

const three = (faults: number): Bounds => ({ attempts: 3, faults })

/** Ours first; each of the others lacks one thing, so it shows what that one is for. */
export const ROWS = {
  resend: { design: 'resend', rules: designs.RESEND, bounds: three(5) },
  hold: { design: 'hold', rules: designs.HOLD, bounds: three(5) },
  resendAgain: {
    design: 'resend, more than once',
    rules: designs.RESEND_AGAIN,
    bounds: three(4),
  },
  noFence: { design: 'no signature fence', rules: designs.NO_FENCE, bounds: three(2) },
  noProof: { design: 'no proof of the channel', rules: designs.NO_PROOF, bounds: three(2) },
  noPause: { design: 'no pause after an outage', rules: designs.NO_PAUSE, bounds: three(2) },
  leaseThenRequeue: {
    design: 'lease, then requeue',
    rules: designs.LEASE_THEN_REQUEUE,
    bounds: three(2),
  },
  clientRetries: { design: 'client retries', rules: designs.CLIENT_RETRIES, bounds: three(2) },
} satisfies Record<string, Row>

const twice = (faults: number): Bounds => ({ attempts: 2, faults })

export const OURS: Design = {
  policy: 'hold',
  doubtsLeases: true,
  doubtsGaps: true,
  finishesWhenDone: true,
  workers: 2,
}

export interface BroadcastRow {
  design: string
  broadcast: Design
  bounds: Bounds
}

/** A range of a broadcast, two emails in one bulk call; again ours first. */
export const BROADCAST_ROWS = {
  hold: { design: 'bulk: hold', broadcast: OURS, bounds: twice(2) },
  resend: {
    design: 'bulk: resend',
    broadcast: { ...OURS, policy: 'resend' },
    bounds: twice(2),
  },
  gaps: {
    design: 'bulk: gap is a refusal',
    broadcast: { ...OURS, doubtsGaps: false },
    bounds: twice(1),
  },
  leases: {
    design: 'bulk: lease, requeue',
    broadcast: { ...OURS, doubtsLeases: false },
    bounds: twice(2),
  },
  finish: {
    design: 'bulk: finished too soon',
    broadcast: { ...OURS, finishesWhenDone: false },
    bounds: twice(0),
  },
} satisfies Record<string, BroadcastRow>

const WIDTHS = [24, 20, 30, 16, 22, 12, 10]

export const HEADING = line([
  'design',
  'duplicate from',
  'most extra copies by faults',
  '> 1 call/attempt',
  'not sent, but accepted',
  'lost silently',
  'states',
])

const yes = (is: boolean) => (is ? 'yes' : 'never')

/** One line of the table, as it is printed. */
export function rowOf({ design }: Pick<Row, 'design'>, found: Findings): string {
  const { violations, duplicateAt, extraCopies, states } = found
  return line([
    design,
    duplicateAt === null
      ? `none up to ${extraCopies.length - 1}`
      : `${duplicateAt} fault${duplicateAt === 1 ? '' : 's'}`,
    extraCopies.map((most, faults) => `${faults}:${most}`).join(' '),
    yes(violations.has('two calls of one attempt')),
    yes(violations.has('says that nothing was sent of an accepted email')),
    yes(
      violations.has('ended without a reason') ||
        violations.has('open, but no sweep will find it') ||
        violations.has('does not end although nothing more goes wrong') ||
        violations.has('says sent of an email that SES never took'),
    ),
    String(states),
  ])
}

export function exploreRow(row: Row | BroadcastRow): Findings {
  return 'rules' in row
    ? explore(row.rules, row.bounds)
    : exploreBroadcast(row.broadcast, row.bounds)
}

function line(cells: string[]): string {
  return cells
    .map((cell, column) => cell.padEnd(WIDTHS[column] ?? 0))
    .join('  ')
    .trimEnd()
}
