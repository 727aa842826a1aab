import { fileOrphans } from '../db/broadcasts/file-orphans.ts'
import { broadcastFilesFrom, broadcastOfFile } from '../domain/broadcast-file.ts'
import { firstIdAt } from '../domain/id.ts'
import type { SweepDeps } from './sweeping.ts'

const HOUR = 60 * 60 * 1000
/** A thousand files each: one query and one look into R2 a page. */
const MAX_PAGES = 100

/** Attachments are written before their broadcast and go after it: what stopped in between left files. */
export async function removeBroadcastOrphans({ db, files }: SweepDeps, now: number): Promise<void> {
  const settled = broadcastFilesFrom(firstIdAt(now - HOUR))
  let after = broadcastFilesFrom('')
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const listed = await files.list(after)
    const keys = listed.filter((key) => key < settled && broadcastOfFile(key) !== null)
    const orphans = keys.length === 0 ? [] : await fileOrphans(db, keys)
    if (orphans.length > 0) {
      await files.remove(orphans)
      console.info('broadcast files without a row removed', { files: orphans.length })
    }
    const last = listed.at(-1)
    if (last === undefined || last >= settled) return
    after = last
  }
}
