import { readConfig } from '../../src/config.ts'
import type { EventsBindings } from '../../src/roles/bindings.ts'
import { eventsOf } from '../../src/roles/events.ts'

let events: ReturnType<typeof eventsOf> | undefined
export default {
  fetch: (request, env, ctx) =>
    (events ??= eventsOf(env, readConfig(env))).fetch(request, env, ctx),
} satisfies ExportedHandler<EventsBindings>
