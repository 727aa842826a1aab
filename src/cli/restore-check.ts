import { parseArgs } from 'node:util'
import { z } from 'zod'
import { d1Execute, PLACE_OPTIONS } from './d1-execute.ts'
import { DRAFTS_SQL, restoreStepSql } from './restore-sql.ts'

// After D1 was set back to an earlier time: npm run restore-check -- --env <environment>, or --local.

const SECOND = 1000
const WORDS: Record<string, string> = {
  sending: 'being sent',
  queued: 'queued',
  scheduled: 'scheduled and due',
  in_doubt: 'in doubt already',
}
const step = z.array(z.object({ state: z.string(), emails: z.number(), last: z.string() }))

try {
  const { values } = parseArgs({
    options: { ...PLACE_OPTIONS, 'window-seconds': { type: 'string', default: '900' } },
  })
  const windowMs = z.coerce.number().int().positive().parse(values['window-seconds']) * SECOND
  const now = Date.now()
  const counts = new Map<string, number>()
  for (let after: string | null = ''; after !== null;) {
    const [, taken] = await d1Execute(values, restoreStepSql({ now, windowMs, after }))
    const states = step.parse(taken)
    for (const { state, emails } of states) counts.set(state, (counts.get(state) ?? 0) + emails)
    after =
      states
        .map(({ last }) => last)
        .toSorted()
        .at(-1) ?? null
  }
  console.log('Sending is paused.')
  console.log(`In doubt now: ${sentence(counts)}.`)
  const [drafts = []] = await d1Execute(values, [DRAFTS_SQL])
  for (const { id, name } of drafts) {
    console.log(`Left as a draft: broadcast ${String(id)} ${String(name)}`.trimEnd())
  }
  if (drafts.length > 0) console.log('Was one of them sent since the restored time? Delete it.')
  console.log(
    'Look at what is in doubt, then let sending go on: POST /-/sending/resume. What no event settles ends as unknown.',
  )
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

function sentence(counts: Map<string, number>): string {
  if (counts.size === 0) return 'nothing that was not before'
  return [...counts].map(([state, emails]) => `${emails} ${WORDS[state] ?? state}`).join(', ')
}
