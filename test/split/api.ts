import { readConfig } from '../../src/config.ts'
import { apiOf } from '../../src/roles/api.ts'
import type { ApiBindings } from '../../src/roles/bindings.ts'

let api: ReturnType<typeof apiOf> | undefined
export default {
  fetch: (request, env) => (api ??= apiOf(env, readConfig(env))).fetch(request, env),
} satisfies ExportedHandler<ApiBindings>
