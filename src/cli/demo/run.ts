import { startStack, type Stack, type StackOptions } from '../stack.ts'
import { ask, type AskedEmail } from './ask.ts'
import { type BroadcastResult, runBroadcast } from './broadcast/run.ts'
import type { Line } from './compare.ts'
import { countStatuses, type StatusCount } from './database-view.ts'
import { killWorkerd } from './kill.ts'
import { demoWaves } from './mix.ts'
import { emailsLine } from './progress.ts'
import { seeded } from './seeded.ts'
import { type Progress, settled } from './settle.ts'

const SECOND = 1000
const OPENED_SHARE = 0.4
/** Whom nobody writes to again. */
const SUPPRESSED = /^(bounce|complaint)\+\d+@simulator\./
/** Of the broadcast's audience, at most. */
const SUPPRESSED_SHARE = 0.02

export interface DemoPlan {
  emails: number
  seed: number
  /** How often workerd is killed while the emails are on their way. */
  kills: number
  /** Recipients of the broadcast that follows; 0 for none. */
  broadcast: number
  /** The emails take longer, or the broadcast: it hangs, even if something still moves. */
  limitSeconds: number
  /** What the simulated account is like, before the Governor asks. */
  account: Record<string, number>
  stack: Partial<StackOptions>
  /** How far it is, again and again. */
  show: (line: string) => void
  /** What is to stay on the screen. */
  tell: (line: string) => void
}

export interface DemoResult {
  lines: Line[]
  statuses: StatusCount[]
  /** From the first request to the last event recorded. */
  seconds: number
  revivals: number
  broadcast: BroadcastResult | null
}

/** Sends emails and a broadcast, lets people act, waits until all is told, and compares. Throws when it hangs. */
export async function runDemo(plan: DemoPlan): Promise<DemoResult> {
  const stack = await startStack({ ...plan.stack, account: plan.account, fresh: true })
  try {
    return await runOn(stack, plan)
  } finally {
    await stack.close()
  }
}

async function runOn(stack: Stack, plan: DemoPlan): Promise<DemoResult> {
  const { kills, seed } = plan
  const show = (progress: Progress) => plan.show(emailsLine(progress))
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
  const seconds = (Date.now() - startedAt) / SECOND
  const statuses = await countStatuses(stack.worker)
  const broadcast = plan.broadcast === 0 ? null : await sendBroadcast(stack, asked, plan)
  return { lines, statuses, seconds, revivals: stack.revivals(), broadcast }
}

/** To new people, and to some who have bounced or complained by now. */
async function sendBroadcast(
  stack: Stack,
  asked: AskedEmail[],
  { broadcast: recipients, seed, limitSeconds, show, tell }: DemoPlan,
): Promise<BroadcastResult> {
  const written = new Set(asked.flatMap((email) => email.recipients))
  const suppressed = [...written].filter((address) => SUPPRESSED.test(address))
  return await runBroadcast(stack, {
    recipients,
    seed,
    suppressed: suppressed.slice(0, Math.floor(recipients * SUPPRESSED_SHARE)),
    limitSeconds,
    show,
    tell,
  })
}
