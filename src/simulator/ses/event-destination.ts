import { z } from 'zod'
import type { EventDestination } from '../resources.ts'
import type { Store } from '../store.ts'
import { findConfigurationSet } from './configuration.ts'
import { alreadyExists, badRequest, constraint, notFound } from './error.ts'
import { readRequest } from './request.ts'

const MAX_DESTINATIONS = 10
const EVENT_TYPES = z.enum([
  'SEND',
  'REJECT',
  'BOUNCE',
  'COMPLAINT',
  'DELIVERY',
  'OPEN',
  'CLICK',
  'RENDERING_FAILURE',
  'DELIVERY_DELAY',
  'SUBSCRIPTION',
])

const definition = z.object({
  Enabled: z.boolean().nullish(),
  MatchingEventTypes: z.array(z.string()).nullish(),
  SnsDestination: z.object({ TopicArn: z.string() }).nullish(),
  CloudWatchDestination: z.unknown().optional(),
  KinesisFirehoseDestination: z.unknown().optional(),
  PinpointDestination: z.unknown().optional(),
  EventBridgeDestination: z.unknown().optional(),
})
const createRequest = z.object({ EventDestinationName: z.string(), EventDestination: definition })
const updateRequest = z.object({ EventDestination: definition })

/** The destination made; whoever made it lets SES say so on the topic. */
export function createEventDestination(
  store: Store,
  setName: string,
  json: unknown,
): EventDestination {
  const set = findConfigurationSet(store, setName)
  const request = readRequest(createRequest, json)
  const name = request.EventDestinationName
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(name))
    throw constraint(
      'eventDestinationName',
      'Member must satisfy regular expression pattern: ^[A-Za-z0-9_-]{1,64}$',
    )
  if (set.destinations.some((destination) => destination.name === name))
    throw alreadyExists(
      `An event destination with name <${name}> already exists for configuration set <${setName}>.`,
    )
  if (set.destinations.length >= MAX_DESTINATIONS)
    throw badRequest(`A configuration set has at most ${MAX_DESTINATIONS} event destinations.`)
  const destination = readDefinition(store, name, request.EventDestination)
  set.destinations.push(destination)
  store.changed()
  return destination
}

export function updateEventDestination(
  store: Store,
  setName: string,
  name: string,
  json: unknown,
): EventDestination {
  const { set, index } = find(store, setName, name)
  const destination = readDefinition(store, name, readRequest(updateRequest, json).EventDestination)
  set.destinations[index] = destination
  store.changed()
  return destination
}

export function deleteEventDestination(store: Store, setName: string, name: string): object {
  const { set, index } = find(store, setName, name)
  set.destinations.splice(index, 1)
  store.changed()
  return {}
}

export function getEventDestinations(store: Store, setName: string): object {
  return {
    EventDestinations: findConfigurationSet(store, setName).destinations.map((destination) => ({
      Name: destination.name,
      Enabled: destination.enabled,
      MatchingEventTypes: destination.types,
      SnsDestination: { TopicArn: destination.topicArn },
    })),
  }
}

function find(store: Store, setName: string, name: string) {
  const set = findConfigurationSet(store, setName)
  const index = set.destinations.findIndex((destination) => destination.name === name)
  if (index < 0)
    throw notFound(`Event destination <${name}> does not exist for configuration set <${setName}>.`)
  return { set, index }
}

function readDefinition(
  store: Store,
  name: string,
  given: z.infer<typeof definition>,
): EventDestination {
  const kinds = Object.entries(given).filter(
    ([key, value]) => key.endsWith('Destination') && value !== null && value !== undefined,
  )
  if (kinds.length !== 1 || !given.SnsDestination)
    throw badRequest(
      'Please provide only one destination with each request, and an SNS one: this machine has no other.',
    )
  const types = given.MatchingEventTypes ?? []
  if (types.length === 0) throw badRequest('At least one event type must be specified.')
  for (const type of types)
    if (!EVENT_TYPES.safeParse(type).success)
      throw constraint(
        'eventDestination.matchingEventTypes',
        `Member must satisfy enum value set: [${EVENT_TYPES.options.join(', ')}]`,
      )
  const { TopicArn: topicArn } = given.SnsDestination
  const topic = store.topics.get(topicArn)
  if (topic === undefined || !letsSesPublish(topic.attributes['Policy']))
    throw badRequest(`Could not publish to SNS topic <${topicArn}>.`)
  return { name, enabled: given.Enabled ?? false, types, topicArn }
}

const policy = z.object({
  Statement: z.array(z.object({ Effect: z.string(), Principal: z.unknown().optional() })),
})

/** Without a policy of its own the topic trusts its whole account. */
function letsSesPublish(given: string | undefined): boolean {
  if (given === undefined) return true
  const { Statement } = policy.parse(JSON.parse(given))
  return Statement.some(
    ({ Effect, Principal }) =>
      Effect === 'Allow' && JSON.stringify(Principal ?? null).includes('"ses.amazonaws.com"'),
  )
}
