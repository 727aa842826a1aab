import { createRoute, z } from '@hono/zod-openapi'
import { emailsOf } from '../db/audience/emails-of.ts'
import { type ExportedEmail, exportEmails, knownOf } from '../db/audience/export.ts'
import { readContact } from '../db/audience/read-contacts.ts'
import { segmentsOf } from '../db/audience/segments.ts'
import { madeAt } from '../domain/id.ts'
import { answered, timeField } from '../http/answered.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { notFound } from '../http/errors.ts'
import { iso, isoOrNull } from '../http/iso.ts'
import { contactParam, contactSchema, listedSegment } from './audience-schema.ts'
import { contactAnswer } from './contact-answer.ts'
import type { AudienceDeps } from './deps.ts'
import { EVERYTHING } from './everything.ts'
import { contactName } from './named-contact.ts'
import { listedAnswer } from './segment-answer.ts'

const time = timeField.nullable()
const text = z.string().nullable()
const exportSchema = z.object({
  object: z.literal('export'),
  email: z.string(),
  exported_at: timeField,
  contact: contactSchema.nullable(),
  segments: z.array(listedSegment),
  unsubscribed: z.array(
    z.object({ topic_id: z.uuid().nullable(), email_id: z.uuid().nullable(), at: timeField }),
  ),
  subscribed: z.array(z.object({ topic_id: z.uuid(), at: timeField })),
  suppression: z.object({ origin: z.string(), reason: text, at: timeField }).nullable(),
  emails: z.array(
    z.object({
      id: z.uuid(),
      broadcast_id: z.uuid().nullable(),
      subject: text,
      name: text,
      variables: z.looseObject({}).nullable(),
      status: z.string(),
      reason: text,
      message_id: text,
      created_at: timeField,
      sent_at: time,
      delivered_at: time,
      bounced_at: time,
      complained_at: time,
      opened_at: time,
      clicked_at: time,
      events: z.array(z.object({ type: z.string(), at: timeField, detail: z.looseObject({}) })),
    }),
  ),
})

export function exportContact(deps: AudienceDeps): Endpoint {
  return {
    route: createRoute({
      method: 'get',
      path: '/contacts/{contact}/export',
      summary: 'All that is known of an address; bodies are read by the ids of the emails',
      request: { params: contactParam },
      responses: { 200: answered('What is known', exportSchema) },
    }),
    asks: 'all',
    async answer(c) {
      const { db } = deps
      const name = contactName(c)
      const contact = await readContact(db, name)
      const address = name.includes('@') ? name : contact?.address
      if (address === undefined) throw notFound('Contact')
      const emails = await exportEmails(db, address, await emailsOf(db, address))
      const { left, joined, suppression } = await knownOf(db, address)
      const put = contact === null ? [] : (await segmentsOf(db, contact.id, EVERYTHING)).segments
      return JSON.stringify({
        object: 'export',
        email: address,
        exported_at: iso(deps.now()),
        contact: contact === null ? null : contactAnswer(contact),
        segments: put.map(listedAnswer),
        unsubscribed: left.map(({ topic_id, source_id, created_at }) => ({
          topic_id: topic_id === '' ? null : topic_id,
          email_id: source_id,
          at: iso(created_at),
        })),
        subscribed: joined.map(({ topic_id, created_at }) => ({ topic_id, at: iso(created_at) })),
        suppression: suppression && {
          origin: suppression.origin,
          reason: suppression.reason,
          at: iso(suppression.created_at),
        },
        emails: emails.map(emailAnswer),
      })
    },
  }
}

function emailAnswer(email: ExportedEmail): object {
  const variables: object | null = email.variables === null ? null : JSON.parse(email.variables)
  const events: { type: string; at: number; detail: object }[] = JSON.parse(email.events)
  return {
    ...email,
    variables,
    created_at: iso(madeAt(email.id)),
    sent_at: isoOrNull(email.sent_at),
    delivered_at: isoOrNull(email.delivered_at),
    bounced_at: isoOrNull(email.bounced_at),
    complained_at: isoOrNull(email.complained_at),
    opened_at: isoOrNull(email.opened_at),
    clicked_at: isoOrNull(email.clicked_at),
    events: events.map(({ type, at, detail }) => ({ type, at: iso(at), detail })),
  }
}
