import { CANCELED_REASON } from '../../domain/ledger.ts'

// Over `emails e` and the state of its broadcast, `b.state`: domain/ledger.ts in SQL.

const IS_CLOSED = `(b.state = 'canceled' AND e.state IN ('queued', 'scheduled'))`

export const LEDGER_STATE = `CASE
  WHEN e.rejected_at IS NOT NULL OR e.render_failed_at IS NOT NULL THEN 'failed'
  WHEN e.evidence_at IS NOT NULL THEN 'sent'
  WHEN e.state IN ('sent', 'in_doubt', 'unknown', 'failed') THEN e.state
  WHEN e.state IN ('suppressed', 'canceled') THEN 'skipped'
  WHEN ${IS_CLOSED} THEN iif(e.doubted, 'unknown', 'skipped')
  ELSE 'waiting' END`

export const LEDGER_REASON = `CASE
  WHEN e.rejected_at IS NOT NULL THEN 'SES rejected it'
  WHEN e.render_failed_at IS NOT NULL THEN 'SES could not render it'
  WHEN e.evidence_at IS NOT NULL THEN NULL
  WHEN ${IS_CLOSED} THEN '${CANCELED_REASON}'
  ELSE e.reason END`

/** A broadcast's emails are one key range, in which others may lie. */
export const OF_BROADCAST = `e.id BETWEEN ?2 AND ?3 AND e.broadcast_id = ?1`
