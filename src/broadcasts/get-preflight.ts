import { createRoute } from '@hono/zod-openapi'
import { preflightPage, recipientsWithMostData } from '../db/broadcasts/preflight-page.ts'
import { missingVariables } from '../db/broadcasts/send-broadcast.ts'
import { broadcastCost } from '../domain/broadcast-cost.ts'
import { secondsToSend } from '../domain/broadcast-estimate.ts'
import type { RecipientPolicy } from '../domain/recipient-policy.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { idParam } from './broadcast-schema.ts'
import type { BroadcastDeps } from './deps.ts'
import { draftOf } from './draft-of.ts'
import { gather } from './gather.ts'
import { findLacking } from './find-lacking.ts'
import { allowedNow } from './get-broadcast.ts'
import { namedBroadcast } from './named-broadcast.ts'
import { checkContent } from './preflight-content.ts'
import { templateOf } from './template.ts'
import { answered } from '../http/answered.ts'
import { preflightSchema } from './answer-schema.ts'

/** Looked at in one invocation; a page takes one query and some 50 ms. */
const MOST = 1_000_000
/** Rendered to find the largest. */
const SAMPLES = 20

const route = createRoute({
  method: 'get',
  path: '/broadcasts/{id}/preflight',
  summary: 'What would happen if it were sent now; nothing is sent',
  request: { params: idParam },
  responses: {
    200: answered('Who would be skipped, sizes, links, duration, cost', preflightSchema),
  },
})

export function getPreflight(deps: BroadcastDeps): Endpoint {
  return { route, asks: 'all', answer }

  async function answer(c: ApiContext): Promise<string> {
    const row = await namedBroadcast(c, deps.db)
    const { id } = row
    const draft = draftOf(row)
    const template = templateOf(row, deps.settings.openPixel && draft.pixel)
    const { compiled, names } = template
    const left = await gather(row, deps)
    const skipped = await countSkipped(id, names)
    skipped.audience += left
    skipped.unsubscribed += left
    const allowedTo = allowList(deps.settings.recipientPolicy)
    const lacking = await findLacking(id, template, deps, allowedTo)
    skipped.missing_variable += lacking.sendable
    const missing = [...(await missingVariables(deps.db, id, names)), ...lacking.missing]
    const samples = await recipientsWithMostData(deps.db, id, SAMPLES)
    const content = checkContent(draft, compiled, samples, deps.unsubscribeUrl)
    const allowed = await allowedNow(deps)
    const { audience, partial, ...reasons } = skipped
    const sendable = audience - Object.values(reasons).reduce((sum, count) => sum + count, 0)
    const seconds =
      allowed === null ? null : secondsToSend(sendable, { rate: allowed.rate, ...allowed.quota })
    const problems = [
      ...(audience === 0 ? ['It has no recipients.'] : []),
      ...missing.map(
        ({ name, recipients }) =>
          `\`${name}\` is missing for ${recipients} recipients, and the template has no fallback.`,
      ),
      ...lacking.failing.map(
        ({ message, recipients }) => `The template fails for ${recipients} recipients: ${message}`,
      ),
      ...content.problems,
      ...(allowed?.stopped ? [`SES takes nothing at present: ${allowed.stopped}.`] : []),
    ]
    const attachmentBytes = draft.attachments.reduce((sum, { size }) => sum + size, 0)
    return JSON.stringify({
      object: 'preflight',
      broadcast_id: id,
      ready: problems.length === 0,
      problems,
      warnings: content.warnings,
      audience,
      partial,
      sendable,
      // Duplicates and malformed addresses never get into an audience: the upload tells them.
      skipped: { ...reasons, duplicate: 0, malformed: 0 },
      missing_variables: missing,
      redirected_to: redirect(deps.settings.recipientPolicy),
      size: content.size,
      links: content.links,
      unsubscribe_link: content.unsubscribeLink,
      duration: {
        seconds,
        rate: allowed?.rate ?? null,
        quota: allowed?.quota ?? null,
        stopped: allowed?.stopped ?? null,
      },
      cost: broadcastCost(sendable, attachmentBytes),
    })
  }

  async function countSkipped(id: string, names: string[]) {
    const counts = {
      audience: 0,
      partial: false,
      suppressed: 0,
      unsubscribed: 0,
      recipient_policy: 0,
      missing_variable: 0,
    }
    let after: string | null = null
    do {
      const page = await preflightPage(deps.db, {
        id,
        after,
        names,
        allowed: allowList(deps.settings.recipientPolicy),
        now: deps.now(),
      })
      counts.audience += page.recipients
      counts.suppressed += page.suppressed
      counts.unsubscribed += page.unsubscribed
      counts.recipient_policy += page.not_allowed
      counts.missing_variable += page.missing_variable
      after = page.next
    } while (after !== null && counts.audience < MOST)
    return { ...counts, partial: after !== null }
  }
}

function allowList(policy: RecipientPolicy): { addresses: string[]; domains: string[] } | null {
  if (policy.type !== 'allow') return null
  return { addresses: [...policy.addresses], domains: [...policy.domains] }
}

/** Where everything goes instead, in an environment that never writes to real people. */
function redirect(policy: RecipientPolicy): string | null {
  return policy.type === 'redirect' ? policy.address : null
}
