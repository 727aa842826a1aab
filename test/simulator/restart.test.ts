import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { anEndpoint } from './endpoint.ts'
import { aBulk, anEmail } from './requests.ts'
import { aDirectory, aSimulator, everythingSetUp } from './running.ts'
import { until } from './until.ts'

test('after a restart ledger, resources, quota and inbox are as they were', async () => {
  const directory = aDirectory()
  const first = await aSimulator({ directory })
  const endpoint = await anEndpoint()
  await everythingSetUp(first, endpoint)
  await first.rawSes('/v2/email/outbound-emails', anEmail())
  await first.rawSes('/v2/email/outbound-bulk-emails', aBulk(3))
  await first.rawSes(
    '/v2/email/suppression/addresses',
    { EmailAddress: 'gone@example.com', Reason: 'BOUNCE' },
    'PUT',
  )
  await first.control('account', { maxSendRate: 77 })
  await until(async () => (await first.summary()).told['Delivery'] === 4)
  const before = await first.ledger()
  const inbox = await first.control('inbox.json')
  await first.close()
  // A death in the middle of a line leaves half of it.
  appendFileSync(join(directory, 'ledger.jsonl'), '{"delivery":{"at":1')

  const second = await aSimulator({ directory })
  expect(await second.ledger()).toEqual(before)
  expect(await second.control('inbox.json')).toEqual(inbox)
  const { text } = await second.rawSes('/v2/email/account', '', 'GET')
  expect(JSON.parse(text).SendQuota).toMatchObject({ MaxSendRate: 77, SentLast24Hours: 4 })
  const to = { Destination: { ToAddresses: ['gone@example.com'] } }
  await second.rawSes('/v2/email/outbound-emails', anEmail(to))
  await until(() => endpoint.events('Bounce').length === 1)
  expect(endpoint.events()).toHaveLength(10)
})

test('events that a restart found untold are told', async () => {
  const directory = aDirectory()
  const first = await aSimulator({ directory, eventDelay: 50 })
  const endpoint = await anEndpoint()
  await everythingSetUp(first, endpoint)
  await first.rawSes('/v2/email/outbound-emails', anEmail())
  expect((await first.summary()).events).toEqual({})
  await first.close()
  const second = await aSimulator({ directory, eventDelay: 50 })
  await until(async () => (await second.summary()).told['Send'] === 1, 15_000)
  expect(endpoint.events('Send')).toHaveLength(1)
})
