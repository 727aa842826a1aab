import { env } from 'cloudflare:workers'
import { createAudience } from '../../src/audience/app.ts'
import { fileStore } from '../../src/files/files.ts'
import { addressHash } from '../../src/token/address-hash.ts'
import { ADDRESS_KEY, type AnApi, anApi, type ApiOptions, random } from './an-api.ts'
import { limitedEnv } from './limits.ts'

/** The API with the endpoints of the audience, a request each an invocation of its own. */
export async function anAudienceApi(options: ApiOptions = {}): Promise<AnApi> {
  const api = await anApi({
    ...options,
    more: [
      ...createAudience({
        db: limitedEnv(env).DB,
        files: fileStore(env.FILES),
        addressHash: (address) => addressHash(address, ADDRESS_KEY),
        now: () => api.clock.now,
        random,
      }),
      ...(options.more ?? []),
    ],
  })
  return api
}

/** What the order of arrival has of notices, oldest first. */
export async function notices(): Promise<{ type: string; data: Record<string, unknown> }[]> {
  const { results } = await env.DB.prepare(
    'SELECT notice FROM feed WHERE notice IS NOT NULL ORDER BY id',
  ).all<{ notice: string }>()
  return results.map(({ notice }) => JSON.parse(notice))
}

/** Nothing of other tests. */
export async function clearAudience(): Promise<void> {
  const tables = [
    'contacts',
    'contact_properties',
    'contact_imports',
    'segments',
    'segment_members',
    'topics',
    'topic_subscriptions',
    'unsubscribes',
    'erased',
    'feed',
    'suppressions',
  ]
  await env.DB.batch(tables.map((table) => env.DB.prepare(`DELETE FROM ${table}`)))
}
