import type { Endpoint } from '../http/endpoint.ts'
import { postBatchAdd, postBatchRemove } from './batch-suppressions.ts'
import { deleteSuppression } from './delete-suppression.ts'
import type { AdminDeps } from './deps.ts'
import { exportSuppressions } from './export-suppressions.ts'
import { getSuppression } from './get-suppression.ts'
import { getSuppressions } from './get-suppressions.ts'
import { importSuppressions } from './import-suppressions.ts'
import { postSuppressions } from './post-suppressions.ts'

/** What operators keep: suppressed addresses. */
export function createAdmin(deps: AdminDeps): Endpoint[] {
  return [
    postSuppressions(deps),
    getSuppressions(deps),
    exportSuppressions(deps),
    importSuppressions(deps),
    postBatchAdd(deps),
    postBatchRemove(deps),
    getSuppression(deps),
    deleteSuppression(deps),
  ]
}
