import { env } from 'cloudflare:workers'
import { beforeEach, expect, test } from 'vitest'
import { emailIdOf } from '../../src/db/broadcasts/upload-recipients.ts'
import { signUnsubscribe } from '../../src/token/unsubscribe-token.ts'
import { aBroadcast } from '../support/a-broadcast.ts'
import { anAudienceApi, clearAudience, notices } from '../support/an-audience-api.ts'
import { anEventsDoor, type EventsDoor, TOKEN_KEYS } from '../support/an-events-door.ts'

const ADDRESS = 'person0@customer.dev'

let door: EventsDoor
let path: string
let emailId: string
let broadcast: string
let topics: { news: string; offers: string; secret: string }

beforeEach(async () => {
  await clearAudience()
  const api = await anAudienceApi()
  const topic = async (name: string, default_subscription: string, visibility: string) => {
    api.clock.now += 1
    const body = { name, default_subscription, visibility, description: `${name} <monthly>` }
    return String((await api.call('POST', '/topics', body)).json['id'])
  }
  topics = {
    news: await topic('News', 'opt_in', 'public'),
    offers: await topic('Offers', 'opt_out', 'public'),
    secret: await topic('Secret', 'opt_in', 'private'),
  }
  broadcast = await aBroadcast(1)
  emailId = emailIdOf(broadcast, ADDRESS)
  path = `/u/${signUnsubscribe({ address: ADDRESS, emailId, topicId: null }, TOKEN_KEYS)}`
  door = await anEventsDoor()
})

const page = async () => await (await door.fetch(path)).text()
const left = async () => {
  const { results } = await env.DB.prepare(
    'SELECT topic_id FROM unsubscribes WHERE address = ?1 ORDER BY topic_id',
  )
    .bind(ADDRESS)
    .all<{ topic_id: string }>()
  return results.map(({ topic_id }) => topic_id)
}
const save = (fields: string) =>
  door.fetch(path, {
    method: 'POST',
    body: `preferences=1&${fields}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })

/** Names of the boxes and whether they are checked. */
const boxes = (html: string) =>
  [...html.matchAll(/name="(topic|none)"(?:\s+value="([^"]*)")?\s*(checked)?/g)].map(
    ([, name = '', id = '', checked]) => [id || name, checked !== undefined],
  )

test('the page of a link shows public topics as they stand, and looking changes nothing', async () => {
  const html = await page()
  expect(boxes(html)).toEqual([
    [topics.offers, false],
    [topics.news, true],
    ['none', false],
  ])
  expect(html).toContain('News &lt;monthly&gt;')
  expect(html).not.toContain('Secret')
  expect(await left()).toEqual([])
})

test('what is chosen is saved without a contact, and counted as leaving by the link', async () => {
  const saved = await save(`topic=${topics.offers}`)
  expect(saved.status).toBe(200)
  expect(boxes(await saved.text())).toEqual([
    [topics.offers, true],
    [topics.news, false],
    ['none', false],
  ])
  expect(await left()).toEqual([topics.news])
  const counter = 'SELECT unsubscribed FROM broadcasts WHERE id = ?1'
  expect(await env.DB.prepare(counter).bind(broadcast).first('unsubscribed')).toBe(1)
  await save(`topic=${topics.news}&topic=${topics.secret}&none=on`)
  expect(await left()).toEqual(['', topics.offers].toSorted())
  await save(`topic=${topics.news}`)
  expect(await left()).toEqual([topics.offers])
})

test('a contact is told of as it was chosen', async () => {
  const api = await anAudienceApi()
  await api.call('POST', '/contacts', { email: ADDRESS })
  await save('none=on')
  await save(`topic=${topics.news}`)
  const told = (await notices()).map(({ type, data }) => [type, data['unsubscribed']])
  expect(told).toEqual([
    ['contact.created', false],
    ['contact.topics.updated', undefined],
    ['contact.updated', true],
    ['contact.topics.updated', undefined],
    ['contact.updated', false],
  ])
})

test('one click stays one click', async () => {
  const body = 'List-Unsubscribe=One-Click'
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const done = await door.fetch(path, { method: 'POST', body, headers })
  expect(await done.text()).toContain('You have unsubscribed')
  expect(await left()).toEqual([''])
})

test('without a database the page still asks, and what is chosen is not lost silently', async () => {
  door.database.away = true
  const asked = await door.fetch(path)
  expect([asked.status, boxes(await asked.text())]).toEqual([200, []])
  expect((await save('none=on')).status).toBe(503)
})
