import { expect, test } from 'vitest'
import { aSimulator, TOPIC } from './running.ts'

const SETS = '/v2/email/configuration-sets'
const DESTINATIONS = `${SETS}/main/event-destinations`

const destination = (over: object = {}) => ({
  EventDestinationName: 'sns',
  EventDestination: {
    Enabled: true,
    MatchingEventTypes: ['SEND'],
    SnsDestination: { TopicArn: TOPIC },
    ...over,
  },
})

test('configuration sets are made once, told, and taken away', async () => {
  const { rawSes } = await aSimulator()
  const options = { TrackingOptions: { CustomRedirectDomain: 't.example.com' } }
  const made = () => rawSes(SETS, { ConfigurationSetName: 'main', ...options })
  expect(await made()).toMatchObject({ status: 200, text: '{}' })
  expect(await made()).toMatchObject({
    status: 400,
    type: 'AlreadyExistsException',
    text: '{"message":"Configuration set main already exists."}',
  })
  expect(await rawSes(SETS, { ConfigurationSetName: 'a b' })).toMatchObject({ status: 400 })
  expect(JSON.parse((await rawSes(`${SETS}/main`, '', 'GET')).text)).toEqual({
    ConfigurationSetName: 'main',
    ...options,
    SendingOptions: { SendingEnabled: true },
  })
  const refused = await rawSes(
    `${SETS}/main/suppression-options`,
    { SuppressedReasons: ['X'] },
    'PUT',
  )
  expect(refused.text).toBe(
    '{"message":"Reason X is invalid, must be one of [BOUNCE, COMPLAINT]."}',
  )
  expect(await rawSes(`${SETS}/main`, '', 'DELETE')).toMatchObject({ status: 200 })
  expect(await rawSes(`${SETS}/main`, '', 'GET')).toMatchObject({
    status: 404,
    type: 'NotFoundException',
    text: '{"message":"Configuration set <main> does not exist."}',
  })
})

const REFUSED: [string, object, RegExp][] = [
  ['no event type', { MatchingEventTypes: [] }, /At least one event type must be specified/],
  ['an unknown event type', { MatchingEventTypes: ['SENT'] }, /enum value set/],
  ['no destination', { SnsDestination: null }, /only one destination/],
  ['two destinations', { CloudWatchDestination: {} }, /only one destination/],
  ['a topic that is not', { SnsDestination: { TopicArn: `${TOPIC}2` } }, /Could not publish/],
]
test.for(REFUSED)('an event destination is refused for %s', async ([, over, message]) => {
  const { rawSes, sns } = await aSimulator()
  await sns({ Action: 'CreateTopic', Name: 'aerogram' })
  await rawSes(SETS, { ConfigurationSetName: 'main' })
  const answer = await rawSes(DESTINATIONS, destination(over))
  expect(answer).toMatchObject({ status: 400, type: 'BadRequestException' })
  expect(answer.text).toMatch(message)
})

test('event destinations are made, changed, told and taken away', async () => {
  const { rawSes, sns } = await aSimulator()
  await sns({ Action: 'CreateTopic', Name: 'aerogram' })
  await rawSes(SETS, { ConfigurationSetName: 'main' })
  expect(await rawSes(DESTINATIONS, destination())).toMatchObject({ status: 200, text: '{}' })
  expect(await rawSes(DESTINATIONS, destination())).toMatchObject({
    type: 'AlreadyExistsException',
  })
  const { EventDestination } = destination({ MatchingEventTypes: ['BOUNCE'], Enabled: false })
  await rawSes(`${DESTINATIONS}/sns`, { EventDestination }, 'PUT')
  expect(JSON.parse((await rawSes(DESTINATIONS, '', 'GET')).text)).toEqual({
    EventDestinations: [{ Name: 'sns', ...EventDestination }],
  })
  expect(await rawSes(`${DESTINATIONS}/sns`, '', 'DELETE')).toMatchObject({ status: 200 })
  expect(await rawSes(`${DESTINATIONS}/sns`, '', 'DELETE')).toMatchObject({ status: 404 })
})

test('a topic policy has to let SES publish', async () => {
  const { rawSes, sns } = await aSimulator()
  await sns({ Action: 'CreateTopic', Name: 'aerogram' })
  await rawSes(SETS, { ConfigurationSetName: 'main' })
  const policy = (Principal: unknown) =>
    sns({
      Action: 'SetTopicAttributes',
      TopicArn: TOPIC,
      AttributeName: 'Policy',
      AttributeValue: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal, Action: 'sns:Publish', Resource: TOPIC }],
      }),
    })
  await policy({ Service: 'events.amazonaws.com' })
  expect(await rawSes(DESTINATIONS, destination())).toMatchObject({ status: 400 })
  await policy({ Service: 'ses.amazonaws.com' })
  expect(await rawSes(DESTINATIONS, destination())).toMatchObject({ status: 200 })
})
