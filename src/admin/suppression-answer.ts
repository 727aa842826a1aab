import type { Suppression } from '../db/suppressions/suppression.ts'
import { iso, isoOrNull } from '../http/iso.ts'

export function listedSuppression(row: Suppression): object {
  return {
    id: row.id,
    email: row.address,
    origin: row.origin,
    source_id: row.source_id,
    created_at: iso(row.created_at),
    ses: { until: isoOrNull(row.until), reason: row.reason, source: row.source },
  }
}
