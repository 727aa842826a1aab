import { createRoute, z } from '@hono/zod-openapi'
import { readRecipient } from '../db/broadcasts/read-recipient.ts'
import { normalAddress } from '../domain/address.ts'
import { listUnsubscribe } from '../domain/list-unsubscribe.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { invalidParameter, notFound } from '../http/errors.ts'
import { displayed, displayedHeader } from '../http/mailbox.ts'
import { idParam } from './broadcast-schema.ts'
import type { BroadcastDeps } from './deps.ts'
import { draftOf } from './draft-of.ts'
import { namedBroadcast } from './named-broadcast.ts'
import { rendered, templateOf } from './template.ts'
import { answered } from '../http/answered.ts'
import { previewSchema } from './answer-schema.ts'

const route = createRoute({
  method: 'get',
  path: '/broadcasts/{id}/preview',
  summary: 'What one recipient gets',
  request: { params: idParam, query: z.object({ email: z.string() }) },
  responses: { 200: answered('The email', previewSchema) },
})

/** Byte for byte what is sent, but for links that are made for each attempt: the pixel's and, where clicks are tracked, those that lead over ours. */
export function getPreview(deps: BroadcastDeps): Endpoint {
  return { route, asks: 'all', answer }

  async function answer(c: ApiContext): Promise<string> {
    const address = normalAddress((c.req.query('email') ?? '').trim().replaceAll(' ', '+'))
    if (address === null) throw invalidParameter('email', 'The address of a recipient.')
    const row = await namedBroadcast(c, deps.db)
    const recipient = await readRecipient(deps.db, row.id, address)
    if (recipient === null) throw notFound('Recipient')
    const { sender, reply_to, attachments } = draftOf(row)
    const unsubscribeUrl = deps.unsubscribeUrl({
      address,
      emailId: recipient.id,
      topicId: row.topic_id,
    })
    const { subject, html, text } = rendered(templateOf(row), recipient, unsubscribeUrl)
    return JSON.stringify({
      object: 'preview',
      broadcast_id: row.id,
      email_id: recipient.id,
      from: displayedHeader(sender),
      to: displayed(recipient),
      reply_to: reply_to.map(displayedHeader),
      subject,
      html,
      text,
      headers: listUnsubscribe(unsubscribeUrl),
      attachments: attachments.map(({ filename, content_type, content_id, size }) => ({
        filename,
        content_type,
        content_id,
        size,
      })),
    })
  }
}
