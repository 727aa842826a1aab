import type { Hono } from 'hono'
import type { Config } from '../config.ts'
import { readPreferences, savePreferences } from '../db/audience/preferences.ts'
import { unsubscribe } from '../db/unsubscribe.ts'
import { uuidv7 } from '../domain/id.ts'
import { createEvents } from '../events/app.ts'
import type { EventsBindings } from './bindings.ts'
import { snsOf, random } from './adapters.ts'

/** The world tells us. */
export function eventsOf(env: EventsBindings, config: Config): Hono {
  return createEvents({
    ...snsOf(env, config),
    readPreferences: (address, topicId) => readPreferences(env.DB, address, topicId),
    savePreferences: (address, consent, now) => savePreferences(env.DB, address, consent, now),
    unsubscribe: (leaving, how) => unsubscribe(env.DB, leaving, how),
    tokenKeys: config.TOKEN_KEYS,
    newId: () => uuidv7(Date.now(), 0, random(8)),
  })
}
