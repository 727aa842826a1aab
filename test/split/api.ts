import { readConfig } from '../../src/config.ts'
import { type ApiBindings, apiOf } from '../../src/roles.ts'

let api: ReturnType<typeof apiOf> | undefined
export default {
  fetch: (request, env) => (api ??= apiOf(env, readConfig(env))).fetch(request, env),
} satisfies ExportedHandler<ApiBindings>
