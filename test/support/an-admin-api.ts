import { env } from 'cloudflare:workers'
import { createAdmin } from '../../src/admin/app.ts'
import type { AdminDeps } from '../../src/admin/deps.ts'
import { type AnApi, anApi, type ApiOptions, random } from './an-api.ts'
import { limitedEnv } from './limits.ts'

/** The API with the endpoints of operators, a request each an invocation of its own. */
export async function anAdminApi(
  options: Omit<ApiOptions, 'more'> & { admin?: Partial<AdminDeps['settings']> } = {},
): Promise<AnApi> {
  const { admin, ...rest } = options
  const api = await anApi({
    ...rest,
    more: createAdmin({
      db: limitedEnv(env).DB,
      now: () => api.clock.now,
      random,
      settings: { mirrorSuppressions: false, ...admin },
    }),
  })
  return api
}
