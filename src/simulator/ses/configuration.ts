import { z } from 'zod'
import type { ConfigurationSet, EventDestination } from '../resources.ts'
import type { Store } from '../store.ts'
import { alreadyExists, badRequest, constraint, notFound } from './error.ts'
import { readRequest } from './request.ts'

const createRequest = z.looseObject({
  ConfigurationSetName: z.string(),
  SendingOptions: z.object({ SendingEnabled: z.boolean().nullish() }).nullish(),
  SuppressionOptions: z.object({ SuppressedReasons: z.array(z.string()).nullish() }).nullish(),
})
const SUPPRESSED_REASON = z.enum(['BOUNCE', 'COMPLAINT'])

export function createConfigurationSet(store: Store, json: unknown): object {
  const request = readRequest(createRequest, json)
  const { ConfigurationSetName: name, SendingOptions, SuppressionOptions, ...options } = request
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(name))
    throw constraint(
      'configurationSetName',
      'Member must satisfy regular expression pattern: ^[A-Za-z0-9_-]{1,64}$',
    )
  if (store.configurationSets.has(name))
    throw alreadyExists(`Configuration set ${name} already exists.`)
  store.configurationSets.set(name, {
    name,
    sendingEnabled: SendingOptions?.SendingEnabled ?? true,
    suppressedReasons: readReasons(SuppressionOptions?.SuppressedReasons),
    options,
    destinations: [],
  })
  store.changed()
  return {}
}

export function getConfigurationSet(store: Store, name: string): object {
  const set = findConfigurationSet(store, name)
  return {
    ConfigurationSetName: set.name,
    ...set.options,
    SendingOptions: { SendingEnabled: set.sendingEnabled },
    ...(set.suppressedReasons === null
      ? {}
      : { SuppressionOptions: { SuppressedReasons: set.suppressedReasons } }),
  }
}

export function listConfigurationSets(store: Store): object {
  return { ConfigurationSets: [...store.configurationSets.keys()] }
}

export function deleteConfigurationSet(store: Store, name: string): object {
  findConfigurationSet(store, name)
  store.configurationSets.delete(name)
  store.changed()
  return {}
}

/** A missing switch is off, as recorded. */
export function putSendingOptions(store: Store, name: string, json: unknown): object {
  const set = findConfigurationSet(store, name)
  const request = readRequest(z.object({ SendingEnabled: z.boolean().nullish() }), json)
  set.sendingEnabled = request.SendingEnabled ?? false
  store.changed()
  return {}
}

export function putSuppressionOptions(store: Store, name: string, json: unknown): object {
  const set = findConfigurationSet(store, name)
  const shape = z.object({ SuppressedReasons: z.array(z.string()).nullish() })
  set.suppressedReasons = readReasons(readRequest(shape, json).SuppressedReasons)
  store.changed()
  return {}
}

export function findConfigurationSet(store: Store, name: string): ConfigurationSet {
  const set = store.configurationSets.get(name)
  if (set === undefined) throw notFound(`Configuration set <${name}> does not exist.`)
  return set
}

/** The topics an event of the set goes to, each once. */
export function topicsFor(store: Store, name: string | null, matching: string): string[] {
  const destinations = destinationsOf(store, name)
  const topics = destinations.filter(({ types }) => types.includes(matching))
  return [...new Set(topics.map(({ topicArn }) => topicArn))]
}

function destinationsOf(store: Store, name: string | null): EventDestination[] {
  const set = name === null ? undefined : store.configurationSets.get(name)
  return (set?.destinations ?? []).filter(({ enabled }) => enabled)
}

function readReasons(given: string[] | null | undefined): ('BOUNCE' | 'COMPLAINT')[] | null {
  if (given === null || given === undefined) return null
  return given.map((reason) => {
    const known = SUPPRESSED_REASON.safeParse(reason)
    if (known.success) return known.data
    throw badRequest(`Reason ${reason} is invalid, must be one of [BOUNCE, COMPLAINT].`)
  })
}
