import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { acceptEmails } from '../../src/db/accept-emails.ts'
import { uploadRecipients } from '../../src/db/broadcasts/upload-recipients.ts'
import { markCall } from '../../src/db/mark-call.ts'
import { recordOutcomes } from '../../src/db/record-outcomes.ts'
import { uuidv7 } from '../../src/domain/id.ts'
import { aBroadcast, people } from '../support/a-broadcast.ts'
import { aMailEvent, NOW } from '../support/lifecycle.ts'
import { limitedEnv } from '../support/limits.ts'
import { MAX_REFUSALS, MINUTE_MS, WINDOW_MS } from '../support/operations.ts'
import { claimed, told } from '../support/record.ts'
import { clear } from '../support/rows.ts'
import { rowsWritten } from '../support/rows-written.ts'

const EMAILS = 50

/** Rows an email over its whole life; what a call and a batch write once is shared by fifty. */
const KINDS = {
  // The row and two index entries: by due time, and by address for a person's emails.
  'to one person': { write: writeTransactional, most: 12.5 },
  // In no index at all.
  'of a broadcast': { write: writeBroadcast, most: 10 },
}

test.each(Object.entries(KINDS))(
  'an email %s costs few rows from its acceptance to its first open',
  async (kind, { write, most }) => {
    await clear()
    const { DB: db } = limitedEnv({ DB: env.DB })
    const rows: Record<string, number> = {}
    const costs = async (step: string, run: () => Promise<unknown>) => {
      const before = written()
      await run()
      rows[step] = (written() - before) / EMAILS
    }

    await costs('accept', () => write(db))
    const emails = await env.DB.prepare('SELECT id FROM emails').all<{ id: string }>()
    const ids = emails.results.map(({ id }) => id)
    let attempts: string[] = []
    await costs('claim', async () => {
      attempts = await claimed(ids, { db })
    })
    const call = { claimedAt: NOW, claimToken: 'Ab3dEf9h', number: 0, attempts }
    await costs('mark', () => markCall(db, call))
    await costs('sent', () =>
      recordOutcomes(
        db,
        ids.map((id, n) => ({ type: 'accepted', id, attempt: attempts[n] ?? '', messageId: id })),
        {
          now: NOW,
          minuteMs: MINUTE_MS,
          windowMs: WINDOW_MS,
          maxRefusals: MAX_REFUSALS,
          recording: crypto.randomUUID(),
        },
      ),
    )
    for (const type of ['send', 'delivery', 'open'] as const) {
      await costs(type, () =>
        told(
          attempts.map((attempt) => aMailEvent({ attempt, type })),
          db,
        ),
      )
    }

    const total = Object.values(rows).reduce((sum, each) => sum + each, 0)
    const shown = Object.entries(rows).map(([step, each]) => `${step} ${each.toFixed(2)}`)
    console.info(`rows of an email ${kind}: ${shown.join(', ')}; in all ${total.toFixed(2)}`)
    expect(total).toBeLessThanOrEqual(most)
    expect(rows.claim).toBeGreaterThan(0.9)
  },
)

async function writeBroadcast(db: D1Database): Promise<void> {
  await uploadRecipients(db, await aBroadcast(0), people(EMAILS))
  await env.DB.prepare(`UPDATE broadcasts SET state = 'sending'`).run()
}

async function writeTransactional(db: D1Database): Promise<void> {
  const ids = Array.from({ length: EMAILS }, (_, n) => uuidv7(NOW, n, new Uint8Array(8)))
  await acceptEmails(db, fiftyEmails(ids))
}

function written(): number {
  return [...rowsWritten().values()].reduce((sum, statement) => sum + statement.written, 0)
}

function fiftyEmails(ids: string[]): Parameters<typeof acceptEmails>[1] {
  const [first = ''] = ids
  return {
    contents: [
      {
        id: first,
        last_email_id: ids.at(-1) ?? first,
        sender: 'Acme <hello@acme.dev>',
        reply_to: [],
        subject: 'Hello',
        html: null,
        text: 'Hello',
        html_file: null,
        text_file: null,
        headers: [],
        tags: [],
        attachments: [],
        pixel: true,
        ses_tracking: true,
        click_tracking: false,
        template_id: null,
      },
    ],
    emails: ids.map((id, n) => ({
      id,
      content_id: first,
      api_key_id: 'testkey0',
      topic_id: null,
      address: `person-${n}@customer.dev`,
      name: null,
      recipient_count: 1,
      priority: 'normal',
      doubt_policy: 'resend',
      state: 'queued',
      due_at: NOW - 1000,
      scheduled_at: null,
      expires_at: null,
    })),
    recipients: [],
    hashed: [],
    idempotency: null,
    now: NOW,
    since: 0,
  }
}
