/**
 * No email of broadcast ?1, its keys from ?3 to ?4, waits for a time of its own or is being tried
 * again: those are few and stand in the index of what is due. The plus keeps SQLite to that index,
 * where the broadcast's keys would be a million.
 */
export const NOBODY_IS_DUE = `NOT EXISTS (SELECT 1 FROM emails e
  WHERE e.priority = 'bulk' AND e.due_at IS NOT NULL AND +e.id BETWEEN ?3 AND ?4
    AND e.broadcast_id = ?1 AND e.state IN ('queued', 'sending'))`
