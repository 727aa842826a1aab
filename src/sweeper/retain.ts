import { deleteOldBroadcast } from '../db/broadcasts/delete-old.ts'
import {
  bodiesForgottenUntil,
  deleteOldEmails,
  deleteOldRecords,
  forgetBodies,
  knownContents,
  nextOldBodies,
  type OldBodies,
} from '../db/retention.ts'
import { forgetSent } from '../db/webhooks/forget-sent.ts'
import { contentOfFile, filesFrom } from '../domain/content-file.ts'
import { firstIdAt } from '../domain/id.ts'
import { removeBroadcastOrphans } from './broadcast-files.ts'
import { CHUNK, type SweepDeps } from './sweeping.ts'

const MINUTE = 60 * 1000
/** Minutes. */
const RECORDS_EVERY = 10
/** Minutes: all files of broadcasts are looked through. */
const ORPHANS_EVERY = 60
const MAX_RECORDS = 5_000
const HOUR = 60 * 60 * 1000
const DAY = 24 * HOUR

/** What is kept no longer than it should be: a bounded chunk of each kind, never a row that is not final. */
export async function retain(deps: SweepDeps): Promise<void> {
  const { db, settings } = deps
  const now = deps.now()
  await forgetOldBodies(deps, now)
  const emails = await deleteOldEmails(db, firstIdAt(now - settings.emailMs), CHUNK)
  if (emails > 0) console.info('old emails deleted', { emails })
  const old = await deleteOldBroadcast(db, now - settings.emailMs, CHUNK)
  if (old.files.length > 0) await deps.files.remove(old.files)
  if (old.emails > 0) console.info('old broadcast deleted', { emails: old.emails })
  // These tables have no index on time, so they are not looked through each minute.
  if (Math.floor(now / MINUTE) % RECORDS_EVERY === 0) await forgetOldRecords(deps, now)
  await removeOrphans(deps, now)
  if (Math.floor(now / MINUTE) % ORPHANS_EVERY === 0) await removeBroadcastOrphans(deps, now)
}

async function forgetOldRecords({ db, settings }: SweepDeps, now: number): Promise<void> {
  await deleteOldRecords(db, {
    feedBefore: now - settings.emailMs,
    minutesBefore: now - 2 * DAY,
    callsBefore: now - 7 * DAY,
    idempotencyBefore: now - settings.idempotencyMs,
    deadLettersBefore: now - settings.deadLetterMs,
    limit: MAX_RECORDS,
  })
  await forgetSent(db, { before: now - settings.webhookLogMs, limit: MAX_RECORDS })
}

/** Files first: if this stops half way, the row still says what to remove. */
async function forgetOldBodies({ db, files, settings }: SweepDeps, now: number): Promise<void> {
  const old = await nextOldBodies(db, {
    afterId: await bodiesForgottenUntil(db),
    beforeId: firstIdAt(now - settings.bodyMs),
    limit: CHUNK,
  })
  if (old.length === 0) return
  const keys = old.flatMap(filesOf)
  if (keys.length > 0) await files.remove(keys)
  await forgetBodies(
    db,
    old.map(({ id }) => id),
    now,
  )
  console.info('old bodies forgotten', { contents: old.length, files: keys.length })
}

function filesOf({ attachments, html_file, text_file }: OldBodies): string[] {
  const listed: { file: string }[] = JSON.parse(attachments)
  return [html_file, text_file, ...listed.map(({ file }) => file)].filter((key) => key !== null)
}

/** Files are written before the rows: an accept that failed in between leaves files without one. */
async function removeOrphans({ db, files }: SweepDeps, now: number): Promise<void> {
  const settled = filesFrom(firstIdAt(now - HOUR))
  const keys = (await files.list(filesFrom(firstIdAt(now - 3 * HOUR)))).filter(
    (key) => key < settled,
  )
  const contents = keys.map(contentOfFile).filter((id) => id !== null)
  if (contents.length === 0) return
  const known = await knownContents(db, [...new Set(contents)])
  const orphans = keys.filter((key) => !known.has(contentOfFile(key) ?? ''))
  if (orphans.length === 0) return
  await files.remove(orphans)
  console.info('files without a row removed', { files: orphans.length })
}
