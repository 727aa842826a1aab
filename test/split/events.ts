import { readConfig } from '../../src/config.ts'
import { type EventsBindings, eventsOf } from '../../src/roles.ts'

let events: ReturnType<typeof eventsOf> | undefined
export default {
  fetch: (request, env, ctx) =>
    (events ??= eventsOf(env, readConfig(env))).fetch(request, env, ctx),
} satisfies ExportedHandler<EventsBindings>
