import { env } from 'cloudflare:workers'
import { readBroadcast } from '../../src/db/broadcasts/read-broadcasts.ts'
import { sendBroadcast } from '../../src/db/broadcasts/send-broadcast.ts'
import {
  uploadRecipients,
  type UploadedRecipient,
} from '../../src/db/broadcasts/upload-recipients.ts'
import { uuidv7 } from '../../src/domain/id.ts'
import { NOW, random } from './an-api.ts'

let made = 0

/** A draft with recipients person0@… to person<n-1>@…; its id. */
export async function aBroadcast(
  recipients: number,
  fields: Record<string, string | number | null> = {},
): Promise<string> {
  made += 1
  const id = uuidv7(NOW - 60_000 + made, (random(1)[0] ?? 0) * 16, random(8))
  const row = {
    id,
    sender: 'Acme <news@acme.dev>',
    subject: 'News for {{{NAME|you}}}',
    html: '<body><p>Hello {{{NAME|you}}}</p></body>',
    text: 'Hello {{{NAME|you}}}',
    brake: '{}',
    state: 'draft',
    created_at: NOW,
    changed_at: NOW,
    ...fields,
  }
  const names = Object.keys(row)
  await env.DB.prepare(
    `INSERT INTO broadcasts (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
  )
    .bind(...Object.values(row))
    .run()
  if (recipients > 0) await uploadRecipients(env.DB, id, people(recipients))
  return id
}

/** As a person's send now does it. */
export async function startBroadcast(id: string): Promise<boolean> {
  return await sent(id, null)
}

/** `at`: epoch milliseconds. */
export async function scheduleBroadcast(id: string, at: number): Promise<boolean> {
  return await sent(id, at)
}

async function sent(id: string, at: number | null): Promise<boolean> {
  const asRead = (await readBroadcast(env.DB, id))?.changed_at ?? 0
  return await sendBroadcast(env.DB, { id, names: [], now: NOW, at, asRead })
}

export function people(count: number, name = 'Ada'): UploadedRecipient[] {
  return Array.from({ length: count }, (_, n) => ({
    address: `person${n}@customer.dev`,
    name,
    variables: null,
  }))
}
