import type { Identity, Proof } from '../../domain/sending-domain.ts'
import { type Notice, noticeOfChange } from '../notice.ts'

export interface DomainRow {
  id: string
  name: string
  /** Epoch milliseconds. */
  created_at: number
  return_path: string
  /** A JSON list. */
  dkim_tokens: string
  dkim_status: Proof
  mail_from_status: Proof
  /** Null: as the environment's settings say. */
  open_tracking: 0 | 1 | null
  click_tracking: 0 | 1 | null
  tls: 'enforced' | 'opportunistic'
}

const COLUMNS = `id, name, created_at, return_path, dkim_tokens, dkim_status, mail_from_status,
  open_tracking, click_tracking, tls`

const CREATE = `INSERT INTO domains (${COLUMNS})
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (name) DO NOTHING`

/** False: there is one of this name. */
export async function createDomain(db: D1Database, row: DomainRow, told: Notice): Promise<boolean> {
  const [made] = await db.batch([
    db
      .prepare(CREATE)
      .bind(
        row.id,
        row.name,
        row.created_at,
        row.return_path,
        row.dkim_tokens,
        row.dkim_status,
        row.mail_from_status,
        row.open_tracking,
        row.click_tracking,
        row.tls,
      ),
    noticeOfChange(db, told),
  ])
  return (made?.meta.changes ?? 0) > 0
}

export async function readDomain(db: D1Database, id: string): Promise<DomainRow | null> {
  return await db
    .prepare(`SELECT ${COLUMNS} FROM domains WHERE id = ?1`)
    .bind(id)
    .first<DomainRow>()
}

/** Newest first; an installation has few of them. */
export async function listDomains(db: D1Database): Promise<DomainRow[]> {
  const { results } = await db
    .prepare(`SELECT ${COLUMNS} FROM domains ORDER BY id DESC`)
    .all<DomainRow>()
  return results
}

const PROOF = `UPDATE domains SET dkim_tokens = ?2, dkim_status = ?3, mail_from_status = ?4
WHERE id = ?1 AND (dkim_tokens, dkim_status, mail_from_status) <> (?2, ?3, ?4)`

/** What SES says of it now; told only when that is something new. */
export async function keepProof(
  db: D1Database,
  id: string,
  { tokens, dkim, mailFromStatus }: Identity,
  told: Notice,
): Promise<void> {
  await db.batch([
    db.prepare(PROOF).bind(id, JSON.stringify(tokens), dkim, mailFromStatus),
    noticeOfChange(db, told),
  ])
}

export interface Switches {
  open_tracking: 0 | 1 | null
  click_tracking: 0 | 1 | null
}

const SWITCH = `UPDATE domains SET open_tracking = coalesce(?2, open_tracking),
  click_tracking = coalesce(?3, click_tracking) WHERE id = ?1`

/** Null leaves a switch as it is. */
export async function switchTracking(
  db: D1Database,
  id: string,
  { open_tracking, click_tracking }: Switches,
  told: Notice,
): Promise<void> {
  await db.batch([
    db.prepare(SWITCH).bind(id, open_tracking, click_tracking),
    noticeOfChange(db, told),
  ])
}

export async function deleteDomain(db: D1Database, id: string, told: Notice): Promise<boolean> {
  const [gone] = await db.batch([
    db.prepare('DELETE FROM domains WHERE id = ?1').bind(id),
    noticeOfChange(db, told),
  ])
  return (gone?.meta.changes ?? 0) > 0
}

const SWITCHED = `SELECT name, open_tracking, click_tracking FROM domains
WHERE open_tracking IS NOT NULL OR click_tracking IS NOT NULL`

/** Domains that have a word on tracking of their own, by name. */
export async function switchedDomains(db: D1Database): Promise<Map<string, Switches>> {
  const { results } = await db.prepare(SWITCHED).all<Switches & { name: string }>()
  return new Map(results.map(({ name, ...switches }) => [name, switches]))
}
