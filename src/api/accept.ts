import { acceptEmails, type NewEmail, type NewRecipient } from '../db/accept-emails.ts'
import { type IdempotencyRecord, readIdempotency } from '../db/idempotency.ts'
import { uuidv7 } from '../domain/id.ts'
import type { Priority } from '../domain/priority.ts'
import { contentRows, type FileToStore } from './content-rows.ts'
import type { ApiDeps } from './deps.ts'
import { enqueueOrLeave } from '../queue/enqueue-or-leave.ts'
import { keyInUse } from '../http/idempotency-key.ts'
import type { SendEmail } from './send-email.ts'

export interface Sender {
  apiKeyId: string
  /** Of emails that name none. */
  defaultPriority: Priority
  /** Null without an Idempotency-Key. */
  idempotency: { key: string; fingerprint: string } | null
  now: number
}

/** R2 puts at once; a Worker opens six connections. */
const PUTS_AT_ONCE = 5

/**
 * Files first, then every row in one batch, then the jobs: whoever is told 200 has an email that the
 * sweeper would find. Returns the answer as JSON, ours or that of whoever was first with the key.
 */
export async function accept(
  emails: SendEmail[],
  sender: Sender,
  answerTo: (ids: string[]) => object,
  deps: ApiDeps,
): Promise<string> {
  const { idempotency, now } = sender
  const { settings } = deps
  const ids = emails.map((_, index) => uuidv7(now, index, deps.random(8)))
  const content = await contentRows(emails, ids, {
    pixel: settings.openPixel,
    sesTracking: settings.sesTracking,
    clickTracking: settings.clickTracking,
  })
  const rows = emails.map((email, index) =>
    emailRow(email, ids[index] ?? '', content.contentIds[index] ?? '', sender, deps),
  )
  const answer = JSON.stringify(answerTo(ids))
  await storeFiles(content.files, deps)
  const outcome = await acceptEmails(deps.db, {
    contents: content.contents,
    emails: rows,
    recipients: emails.flatMap((email, index) => recipientRows(email, ids[index] ?? '')),
    hashed: emails.flatMap((email, index) =>
      email.recipients.map(({ address }) => ({
        email_id: ids[index] ?? '',
        address,
        hash: deps.addressHash(address),
      })),
    ),
    idempotency: idempotency === null ? null : { ...idempotency, answer },
    now,
    since: now - settings.idempotencyMs,
  })
  if (outcome.type === 'answered before') return sameAnswer(outcome.record, idempotency)
  console.info('emails accepted', {
    emails: ids.length,
    firstId: ids[0],
    apiKeyId: sender.apiKeyId,
  })
  const jobs = rows.map(({ id, recipient_count, priority, due_at }) => ({
    id,
    recipients: recipient_count,
    priority,
    dueAt: due_at,
  }))
  await enqueueOrLeave(jobs, now, deps.queue)
  return answer
}

/** What was answered under this key before, or null; another payload under it is refused. */
export async function answeredBefore(
  idempotency: Sender['idempotency'],
  now: number,
  deps: ApiDeps,
): Promise<string | null> {
  if (idempotency === null) return null
  const since = now - deps.settings.idempotencyMs
  const record = await readIdempotency(deps.db, idempotency.key, since)
  return record === null ? null : sameAnswer(record, idempotency)
}

function sameAnswer(record: IdempotencyRecord, asked: Sender['idempotency']): string {
  if (record.fingerprint === asked?.fingerprint) return record.answer
  throw keyInUse()
}

function emailRow(
  email: SendEmail,
  id: string,
  contentId: string,
  sender: Sender,
  deps: ApiDeps,
): NewEmail {
  const [first, ...others] = email.recipients
  const alone = others.length === 0
  const dueAt = email.scheduledAt ?? sender.now
  return {
    id,
    content_id: contentId,
    api_key_id: sender.apiKeyId,
    topic_id: email.topicId,
    address: alone ? (first?.address ?? null) : null,
    name: alone ? (first?.name ?? null) : null,
    recipient_count: email.recipients.length,
    priority: email.priority ?? sender.defaultPriority,
    doubt_policy: deps.settings.doubtPolicy,
    state: dueAt > sender.now ? 'scheduled' : 'queued',
    due_at: dueAt,
    scheduled_at: email.scheduledAt,
    expires_at: email.expiresAt,
  }
}

function recipientRows(email: SendEmail, id: string): NewRecipient[] {
  if (email.recipients.length < 2) return []
  return email.recipients.map(({ address, name, kind }, position) => ({
    email_id: id,
    address,
    position,
    kind,
    name,
  }))
}

async function storeFiles(files: FileToStore[], deps: ApiDeps): Promise<void> {
  for (let start = 0; start < files.length; start += PUTS_AT_ONCE) {
    const some = files.slice(start, start + PUTS_AT_ONCE)
    await Promise.all(some.map(({ key, content }) => deps.files.put(key, content)))
  }
}
