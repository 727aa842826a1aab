import type { Hono } from 'hono'
import type { Config } from '../config.ts'
import { unsubscribe } from '../db/unsubscribe.ts'
import { uuidv7 } from '../domain/id.ts'
import { createEvents } from '../events/app.ts'
import type { EventsBindings } from './bindings.ts'
import { snsOf, random } from './adapters.ts'

/** The world tells us. */
export function eventsOf(env: EventsBindings, config: Config): Hono {
  return createEvents({
    ...snsOf(env, config),
    unsubscribe: (leaving, how) => unsubscribe(env.DB, leaving, how),
    tokenKeys: config.TOKEN_KEYS,
    newId: () => uuidv7(Date.now(), 0, random(8)),
  })
}
