import { env } from 'cloudflare:workers'
import { acceptEmails, type NewContent, type NewEmail } from '../../src/db/accept-emails.ts'
import { uuidv7 } from '../../src/domain/id.ts'
import type { SendJob } from '../../src/queue/jobs.ts'
import { NOW, random } from './an-api.ts'

let made = 0

/** Accepted emails with contents of their own, as the API writes them; the ids in order. */
export async function acceptedEmails(
  count: number,
  fields: Partial<NewEmail> = {},
  content: Partial<NewContent> = {},
): Promise<string[]> {
  made += 1
  const ids = Array.from({ length: count }, (_, n) => uuidv7(NOW - 1000 + made, n, random(8)))
  await acceptEmails(env.DB, {
    contents: ids.map((id, n) => ({
      id,
      last_email_id: id,
      sender: 'Acme <hello@acme.dev>',
      reply_to: [],
      subject: `Subject ${n}`,
      html: `<p>Hello ${n}</p>`,
      text: `Hello ${n}`,
      html_file: null,
      text_file: null,
      headers: [],
      tags: [],
      attachments: [],
      pixel: true,
      ses_tracking: true,
      click_tracking: false,
      template_id: null,
      ...content,
    })),
    emails: ids.map((id, n) => ({
      id,
      content_id: id,
      api_key_id: 'testkey0',
      topic_id: null,
      address: `person${made}-${n}@customer.dev`,
      name: null,
      recipient_count: 1,
      priority: 'normal',
      doubt_policy: 'resend',
      state: 'queued',
      due_at: NOW - 1000,
      scheduled_at: null,
      expires_at: null,
      ...fields,
    })),
    recipients: [],
    hashed: [],
    idempotency: null,
    now: NOW,
    since: 0,
  })
  return ids
}

export function aJob(ids: string[], priority: SendJob['priority'] = 'normal'): SendJob {
  return { version: 1, priority, emails: ids.map((id) => ({ id, recipients: 1 })) }
}

export interface EmailRow {
  id: string
  state: string
  status: string
  reason: string | null
  attempt: string | null
  attempt_number: number
  refusals: number
  due_at: number | null
  alone: 0 | 1
  accepted_at: number | null
}

export async function rowsOf(ids: string[]): Promise<EmailRow[]> {
  const { results } = await env.DB.prepare(
    `SELECT * FROM emails WHERE id IN (SELECT value FROM json_each(?1)) ORDER BY id`,
  )
    .bind(JSON.stringify(ids))
    .all<EmailRow>()
  return results
}
