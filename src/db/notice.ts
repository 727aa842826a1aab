import type { Incident } from '../domain/incident.ts'

/** What host applications are told beside the events of emails. */
export type NoticeType =
  | `contact.${'created' | 'updated' | 'deleted' | 'topics.updated'}`
  | `suppression.${'added' | 'removed'}`
  | `broadcast.${'sending' | 'sent' | 'paused' | 'resumed' | 'braked' | 'canceled'}`
  | `domain.${'created' | 'updated' | 'deleted'}`
  | `system.${SystemIncident}`

export type SystemIncident = Incident | 'webhook_disabled'

export interface Notice {
  type: NoticeType
  /** Epoch milliseconds. */
  at: number
  /** As the webhook will have it, times in ISO 8601. */
  data: object
}

const NOTICE = `INSERT INTO feed (at, keys, notice) VALUES (?1, '[]', json_object('type', ?2, 'data', json(?3)))`
const NOTICE_OF_CHANGE = `INSERT INTO feed (at, keys, notice)
SELECT ?1, '[]', json_object('type', ?2, 'data', json(?3)) WHERE changes() > 0`

/** To stand in the batch that makes the change, so that neither is there without the other. */
export function notice(db: D1Database, { type, at, data }: Notice): D1PreparedStatement {
  return db.prepare(NOTICE).bind(at, type, JSON.stringify(data))
}

/** Only when the statement just before it in the batch changed a row. */
export function noticeOfChange(db: D1Database, { type, at, data }: Notice): D1PreparedStatement {
  return db.prepare(NOTICE_OF_CHANGE).bind(at, type, JSON.stringify(data))
}
