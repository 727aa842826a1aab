import { startStack, type Stack, type StackOptions } from '../stack.ts'
import { ask, type AskedEmail } from './ask.ts'
import type { Line } from './compare.ts'
import { countStatuses, type StatusCount } from './database-view.ts'
import { killWorkerd } from './kill.ts'
import { demoWaves } from './mix.ts'
import { seeded } from './seeded.ts'
import { type Progress, settled } from './settle.ts'

const SECOND = 1000
const OPENED_SHARE = 0.4

export interface DemoPlan {
  emails: number
  seed: number
  /** How often workerd is killed while the emails are on their way. */
  kills: number
  /** All of it takes longer: it hangs, even if something still moves. */
  limitSeconds: number
  /** What the simulated account is set to first. */
  account: Record<string, number>
  stack: Partial<StackOptions>
  show: (progress: Progress) => void
}

export interface DemoResult {
  lines: Line[]
  statuses: StatusCount[]
  /** From the first request to the last event recorded. */
  seconds: number
  revivals: number
}

/** Sends emails, lets people open some, waits until all is told, and compares. Throws when it hangs. */
export async function runDemo(plan: DemoPlan): Promise<DemoResult> {
  const stack = await startStack({ ...plan.stack, fresh: true })
  try {
    return await runOn(stack, plan)
  } finally {
    await stack.close()
  }
}

async function runOn(stack: Stack, plan: DemoPlan): Promise<DemoResult> {
  const { kills, seed, show } = plan
  await stack.simulator.control('account', plan.account)
  const random = seeded(seed)
  const asked: AskedEmail[] = []
  const startedAt = Date.now()
  const deadline = startedAt + plan.limitSeconds * SECOND
  const [first, second] = demoWaves(plan.emails, seed)
  const waves = [
    { requests: first, kills: Math.ceil(kills / 2) },
    { requests: second, kills: Math.floor(kills / 2) },
  ]
  let expected = 0
  for (const wave of waves) {
    expected += wave.requests.reduce((sum, { emails }) => sum + emails.length, 0)
    await Promise.all([
      ask(wave.requests, stack, (emails) => asked.push(...emails)),
      killWorkerd(stack, wave.kills, random),
      settled(stack, asked, { emails: expected, deadline }, show),
    ])
  }
  await stack.simulator.control('person', { sesMessageId: 'all', does: 'open', p: OPENED_SHARE })
  const lines = await settled(stack, asked, { emails: expected, deadline }, show)
  return {
    lines,
    statuses: await countStatuses(stack.worker),
    seconds: (Date.now() - startedAt) / SECOND,
    revivals: stack.revivals(),
  }
}
