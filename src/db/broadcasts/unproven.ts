import { broadcastKeys } from '../../domain/broadcast-email-id.ts'
import { isSkipped } from './preflight-page.ts'
import { IS_ERASED, lacksAny, neededJson } from './send-broadcast.ts'
import type { StoredRecipient } from './read-recipient.ts'

const PAGE = 10_000
/** Of all variables of a page; one recipient's are below 65,536. */
const PAGE_CHARACTERS = 3_000_000

const UNPROVEN = `SELECT id, address, name, variables, skipped FROM (
  SELECT e.id, e.address, e.name, e.variables, ${isSkipped('?7', '?8')} AS skipped,
    sum(length(coalesce(e.variables, ''))) OVER (ORDER BY e.id) AS together
  FROM emails e WHERE e.id > ?2 AND e.id <= ?3 AND e.broadcast_id = ?1 AND NOT ${IS_ERASED}
    AND NOT ${lacksAny('?4')}
    AND (?5 OR instr(substr(e.variables, 2), '[') OR instr(substr(e.variables, 2), '{') OR ${lacksAny('?6')})
  ORDER BY e.id LIMIT ${PAGE})
WHERE together <= ${PAGE_CHARACTERS} ORDER BY id`

export interface UnprovenRecipient extends StoredRecipient {
  /** Whether the claim would leave it out for another reason. */
  skipped: 0 | 1
}

/**
 * Those of whom the names of variables do not tell whether they lack any: who bring lists or objects,
 * who lack one of `lacking`, or everybody. Who lacks one of `names` is not among them. The next ones
 * after an id; empty when there are none.
 */
export async function unprovenRecipients(
  db: D1Database,
  broadcast: {
    id: string
    after: string | null
    names: string[]
    lacking: string[]
    everybody: boolean
    allowed: { addresses: string[]; domains: string[] } | null
    now: number
  },
): Promise<UnprovenRecipient[]> {
  const { id, after, names, lacking, everybody, allowed, now } = broadcast
  const { first, last } = broadcastKeys(id)
  const { results } = await db
    .prepare(UNPROVEN)
    .bind(
      id,
      after ?? first.slice(0, -1),
      last,
      neededJson(names),
      Number(everybody),
      neededJson(lacking),
      allowed === null ? null : JSON.stringify(allowed),
      now,
    )
    .all<UnprovenRecipient>()
  return results
}
