import { createRoute } from '@hono/zod-openapi'
import { accept, answeredBefore } from './accept.ts'
import type { ApiDeps } from './deps.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { templateFiller } from './fill-template.ts'
import { topicChecker } from './topic-checker.ts'
import { fetchOnce } from '../http/fetch-attachment.ts'
import { plainText } from '../template/plain-text.ts'
import { parseSendEmail } from './send-email.ts'
import { readSendRequest } from './send-request.ts'
import { idAnswer, sendEmailBody } from './send-schema.ts'

const route = createRoute({
  method: 'post',
  path: '/emails',
  summary: 'Send an email',
  request: { body: { content: { 'application/json': { schema: sendEmailBody } } } },
  responses: {
    200: { description: 'Accepted', content: { 'application/json': { schema: idAnswer } } },
  },
})

/** One email; `high` unless it says otherwise, since mostly somebody waits for it. */
export function postEmails(deps: ApiDeps): Endpoint {
  return { route, asks: 'send', answer }

  async function answer(c: ApiContext): Promise<string> {
    const { json, idempotency } = await readSendRequest(c.req.raw, 'strict')
    const now = deps.now()
    const before = await answeredBefore(idempotency, now, deps)
    if (before !== null) return before
    const fetchAttachment = fetchOnce(deps.fetch, deps.settings.publicUrl)
    const email = await parseSendEmail(json, {
      now,
      sendsFrom: c.var.apiKey.sendsFrom,
      fetchAttachment,
      fillTemplate: templateFiller(deps.db, now),
      isTopic: topicChecker(deps.db),
      plainText,
    })
    const sender = {
      apiKeyId: c.var.apiKey.id,
      defaultPriority: 'high' as const,
      idempotency,
      now,
    }
    return await accept([email], sender, ([id]) => ({ id }), deps)
  }
}
