import { expect, test } from 'vitest'
import { anEventsDoor, SUBSCRIPTION } from '../support/an-events-door.ts'
import { aMail, ATTEMPT, FEEDBACK_BOUNCE, SES_EVENTS } from '../support/ses-events.ts'
import { aConfirmation, aNotification, TOKEN, TOPIC } from '../support/sns-signer.ts'

const CONFIRMED = `<ConfirmSubscriptionResponse><ConfirmSubscriptionResult><SubscriptionArn>${SUBSCRIPTION}</SubscriptionArn></ConfirmSubscriptionResult></ConfirmSubscriptionResponse>`

test('every event of SES goes into the queue and SNS hears 200', async () => {
  const door = await anEventsDoor()
  for (const [name, message] of Object.entries(SES_EVENTS)) {
    const response = await door.post(await door.signer.sign(aNotification(message)))
    expect([name, response.status, await response.json()]).toEqual([
      name,
      200,
      { result: 'events taken' },
    ])
  }
  expect(door.jobs.map((job) => job.events.map((event) => event.type))).toEqual([
    ['send'],
    ['delivery'],
    ['bounce'],
    ['complaint'],
    ['reject'],
    ['open'],
    ['click'],
    ['rendering_failure'],
    ['delivery_delay'],
    ['subscription'],
  ])
  expect(door.jobs[5]?.events[0]).toMatchObject({ attempt: ATTEMPT, actor: 'human' })
  expect(door.network.requests).toEqual([door.signer.certificateUrl])
})

test('a message that SNS repeats is taken again: its key makes it harmless', async () => {
  const door = await anEventsDoor()
  const fields = await door.signer.sign(aNotification(SES_EVENTS.Bounce))
  await door.post(fields)
  const repeated = await door.post(fields)
  expect(repeated.status).toBe(200)
  expect(door.jobs[1]).toEqual(door.jobs[0])
})

test('while the queue is away SNS is told to come again', async () => {
  const door = await anEventsDoor()
  const fields = await door.signer.sign(aNotification(SES_EVENTS.Send))
  door.queue.away = true
  expect((await door.post(fields)).status).toBe(503)
  door.queue.away = false
  expect((await door.post(fields)).status).toBe(200)
  expect(door.jobs).toHaveLength(1)
})

test('a notification about fifty recipients becomes jobs that a queue can carry', async () => {
  const door = await anEventsDoor()
  const recipients = Array.from({ length: 50 }, (_, i) => `r${i}@example.com`)
  const delivery = { ...SES_EVENTS.Delivery.delivery, recipients, smtpResponse: '"'.repeat(5000) }
  await door.post(await door.signer.sign(aNotification({ ...SES_EVENTS.Delivery, delivery })))
  expect(door.jobs.flatMap((job) => job.events.map((event) => event.recipient))).toEqual(recipients)
  for (const job of door.jobs) expect(JSON.stringify(job).length).toBeLessThan(128_000)
})

test('a bounce without our tag only tells of its address, and other events without it of nothing', async () => {
  const door = await anEventsDoor()
  const untagged = aMail({ tags: {} })
  for (const message of [
    FEEDBACK_BOUNCE,
    { ...SES_EVENTS.Complaint, mail: untagged },
    { ...SES_EVENTS.Send, mail: untagged },
    { ...SES_EVENTS.Open, mail: untagged },
    { notificationType: 'Delivery', delivery: SES_EVENTS.Delivery.delivery, mail: untagged },
  ]) {
    expect((await door.post(await door.signer.sign(aNotification(message)))).status).toBe(200)
  }
  expect(door.jobs.flatMap((job) => job.events)).toMatchObject([
    { type: 'bounce', attempt: null, recipient: 'jane@example.com' },
    { type: 'complaint', attempt: null, recipient: 'recipient@example.com' },
  ])
})

test.each([
  'Successfully validated SNS topic for Amazon SES event publishing.',
  'not JSON',
  '{"eventType":"Something New"}',
])('"%s" is taken and nothing is recorded', async (message) => {
  const door = await anEventsDoor()
  const response = await door.post(await door.signer.sign(aNotification(message)))
  expect([response.status, await response.json()]).toEqual([200, { result: 'nothing to record' }])
  expect(door.jobs).toEqual([])
})

test('a subscription is confirmed by our own request, recorded and answered', async () => {
  const door = await anEventsDoor()
  door.network.answers.set('/', () => new Response(CONFIRMED))
  const fields = await door.signer.sign(
    aConfirmation({ SubscribeURL: 'https://evil.example/steal' }),
    '1',
  )
  expect((await door.post(fields)).status).toBe(200)
  expect(await door.topics()).toEqual([
    { topic_arn: TOPIC, subscription_arn: SUBSCRIPTION, confirmed_at: door.clock.now },
  ])
  const [certificate, confirmation = ''] = door.network.requests
  expect(certificate).toBe(door.signer.certificateUrl)
  expect(new URL(confirmation).searchParams.get('Token')).toBe(TOKEN)
  expect(door.network.requests).toHaveLength(2)
})

test('after that a confirmation of version 1 changes nothing, one of version 2 is taken', async () => {
  const door = await anEventsDoor()
  door.network.answers.set('/', () => new Response(CONFIRMED))
  await door.post(await door.signer.sign(aConfirmation(), '1'))
  const requests = door.network.requests.length
  expect((await door.post(await door.signer.sign(aConfirmation(), '1'))).status).toBe(403)
  expect(door.network.requests).toHaveLength(requests)
  expect((await door.post(await door.signer.sign(aConfirmation(), '2'))).status).toBe(200)
})

test('while SNS does not confirm, nothing is recorded and it is asked again', async () => {
  const door = await anEventsDoor()
  const fields = await door.signer.sign(aConfirmation(), '1')
  expect((await door.post(fields)).status).toBe(503)
  expect(await door.topics()).toEqual([])
  door.network.answers.set('/', () => new Response(CONFIRMED))
  expect((await door.post(fields)).status).toBe(200)
})

test('the end of a subscription is noted, never undone, and a new one may be confirmed', async () => {
  const door = await anEventsDoor()
  door.network.answers.set('/', () => new Response(CONFIRMED))
  door.clock.now -= 60_000
  await door.post(await door.signer.sign(aConfirmation(), '1'))
  door.clock.now += 60_000
  const requests = door.network.requests.length
  const ended = await door.signer.sign(aConfirmation({ Type: 'UnsubscribeConfirmation' }))
  expect((await door.post(ended)).status).toBe(200)
  expect(await door.topics()).toEqual([])
  expect(door.network.requests).toHaveLength(requests)
  door.clock.now += 60_000
  expect((await door.post(await door.signer.sign(aConfirmation(), '1'))).status).toBe(200)
  expect((await door.post(ended)).status).toBe(200)
  expect(await door.topics()).toHaveLength(1)
})

test('while the database is away a confirmation is put off, not refused', async () => {
  const door = await anEventsDoor()
  door.network.answers.set('/', () => new Response(CONFIRMED))
  door.database.away = true
  const fields = await door.signer.sign(aConfirmation(), '1')
  expect((await door.post(fields)).status).toBe(503)
  door.database.away = false
  expect((await door.post(fields)).status).toBe(200)
})
