import type { Endpoint } from '../http/endpoint.ts'
import { deleteApiKey, patchApiKey } from './change-api-key.ts'
import { postBatchAdd, postBatchRemove } from './batch-suppressions.ts'
import { deleteDomain, patchDomain, postVerify } from './change-domain.ts'
import { deleteSuppression } from './delete-suppression.ts'
import type { AdminDeps } from './deps.ts'
import { exportSuppressions } from './export-suppressions.ts'
import { getApiKeys } from './get-api-keys.ts'
import { getDomain, getDomains } from './get-domains.ts'
import { getSuppression } from './get-suppression.ts'
import { getSuppressions } from './get-suppressions.ts'
import { importSuppressions } from './import-suppressions.ts'
import { postApiKeys } from './post-api-keys.ts'
import { postDomains } from './post-domains.ts'
import { postSuppressions } from './post-suppressions.ts'

/** What operators keep: suppressed addresses, API keys, domains. */
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
    postApiKeys(deps),
    getApiKeys(deps),
    patchApiKey(deps),
    deleteApiKey(deps),
    postDomains(deps),
    getDomains(deps),
    getDomain(deps),
    patchDomain(deps),
    postVerify(deps),
    deleteDomain(deps),
  ]
}
