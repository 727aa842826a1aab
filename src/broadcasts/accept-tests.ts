import { acceptEmails, type NewContent, type NewEmail } from '../db/accept-emails.ts'
import type { BroadcastRow } from '../db/broadcasts/read-broadcasts.ts'
import { contentFile } from '../domain/content-file.ts'
import type { Attachment } from '../domain/content.ts'
import { listUnsubscribe } from '../domain/list-unsubscribe.ts'
import type { Mailbox } from '../http/mailbox.ts'
import { enqueueOrLeave } from '../queue/enqueue-or-leave.ts'
import type { Parts } from '../template/compiled.ts'
import type { BroadcastDeps } from './deps.ts'
import { draftOf } from './draft-of.ts'

export interface TestEmail {
  id: string
  mailbox: Mailbox
  parts: Parts
  unsubscribeUrl: string
}

/** Rows first, then jobs: as for every email that is accepted. */
export async function acceptTests(
  tests: TestEmail[],
  row: BroadcastRow,
  by: { apiKeyId: string; now: number },
  deps: BroadcastDeps,
): Promise<void> {
  const { settings, queue } = deps
  const draft = draftOf(row)
  const attachments = await ownFiles(draft.attachments, tests[0]?.id ?? '', deps.files)
  const contents = tests.map(({ id, parts, unsubscribeUrl }): NewContent => ({
    id,
    last_email_id: id,
    sender: draft.sender,
    reply_to: draft.reply_to,
    ...parts,
    html_file: null,
    text_file: null,
    headers: listUnsubscribe(unsubscribeUrl),
    tags: draft.tags,
    attachments,
    pixel: settings.openPixel && draft.pixel,
    ses_tracking: settings.sesTracking && draft.ses_tracking,
    click_tracking: settings.clickTracking && draft.click_tracking,
    template_id: null,
  }))
  const emails = tests.map(({ id, mailbox }): NewEmail => ({
    id,
    content_id: id,
    api_key_id: by.apiKeyId,
    topic_id: null,
    address: mailbox.address,
    name: mailbox.name,
    recipient_count: 1,
    priority: 'high',
    doubt_policy: 'resend',
    state: 'queued',
    due_at: by.now,
    scheduled_at: null,
    expires_at: null,
  }))
  const hashed = tests.map(({ id, mailbox: { address } }) => ({
    email_id: id,
    address,
    hash: deps.addressHash(address),
  }))
  const rows = { contents, emails, recipients: [], hashed }
  await acceptEmails(deps.db, { ...rows, idempotency: null, now: by.now, since: 0 })
  console.info('broadcast tested', { broadcastId: row.id, emails: tests.length })
  const jobs = emails.map(({ id }) => ({
    id,
    recipients: 1,
    priority: 'high' as const,
    dueAt: by.now,
  }))
  await enqueueOrLeave(jobs, by.now, queue)
}

/** Copies, since the files of an ordinary email are forgotten with it. */
async function ownFiles(
  attachments: Attachment[],
  contentId: string,
  files: BroadcastDeps['files'],
): Promise<Attachment[]> {
  const own: Attachment[] = []
  for (const [n, attachment] of attachments.entries()) {
    const file = contentFile(contentId, n)
    await files.copy(attachment.file, file)
    own.push({ ...attachment, file })
  }
  return own
}
