import { env } from 'cloudflare:workers'
import { createAdmin } from '../../src/admin/app.ts'
import type { AdminDeps } from '../../src/admin/deps.ts'
import { type AnApi, anApi, type ApiOptions, random } from './an-api.ts'
import { type IdentitiesInMemory, identitiesInMemory } from './identities-in-memory.ts'
import { limitedEnv } from './limits.ts'

/** The API with the endpoints of operators, a request each an invocation of its own. */
export async function anAdminApi(
  options: Omit<ApiOptions, 'more'> & { admin?: Partial<AdminDeps['settings']> } = {},
): Promise<AnApi & { ses: IdentitiesInMemory }> {
  const { admin, ...rest } = options
  const ses = identitiesInMemory()
  const api = await anApi({
    ...rest,
    more: createAdmin({
      db: limitedEnv(env).DB,
      identities: ses,
      now: () => api.clock.now,
      random,
      settings: {
        region: 'eu-west-1',
        mirrorSuppressions: false,
        tracking: { pixel: true, ses: true, links: false },
        ...admin,
      },
    }),
  })
  return { ...api, ses }
}
