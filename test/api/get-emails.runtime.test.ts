import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { type AnApi, anApi, anEmail } from '../support/an-api.ts'
import { put } from '../support/lifecycle-row.ts'

async function send(api: AnApi, fields: Record<string, unknown>): Promise<string> {
  api.clock.now += 1
  const { json } = await api.call('POST', '/emails', anEmail(fields))
  return String(json['id'])
}

async function page(api: AnApi, query: string): Promise<{ ids: unknown[]; more: unknown }> {
  const { status, json } = await api.call('GET', `/emails?${query}`)
  expect(status).toBe(200)
  const data: { id: string }[] = JSON.parse(JSON.stringify(json['data']))
  return { ids: data.map(({ id }) => id), more: json['has_more'] }
}

test('a list is newest first and pages both ways', async () => {
  await env.DB.prepare('DELETE FROM emails').run()
  const api = await anApi()
  const ids: string[] = []
  for (let n = 0; n < 7; n++) ids.unshift(await send(api, {}))
  expect(await page(api, 'limit=3')).toEqual({ ids: ids.slice(0, 3), more: true })
  expect(await page(api, `limit=3&after=${ids[2]}`)).toEqual({ ids: ids.slice(3, 6), more: true })
  expect(await page(api, `limit=3&after=${ids[5]}`)).toEqual({ ids: ids.slice(6), more: false })
  expect(await page(api, `limit=3&before=${ids[4]}`)).toEqual({ ids: ids.slice(1, 4), more: true })
  expect(await page(api, `limit=3&before=${ids[1]}`)).toEqual({ ids: ids.slice(0, 1), more: false })
  expect(await page(api, '')).toEqual({ ids, more: false })
})

test("an entry has the contract's fields, without bodies and tags", async () => {
  await env.DB.prepare('DELETE FROM emails').run()
  const api = await anApi()
  const id = await send(api, { cc: 'bob@customer.dev', html: '<p>Hi</p>' })
  const { json } = await api.call('GET', '/emails?limit=1')
  expect(json).toMatchObject({ object: 'list' })
  expect(JSON.parse(JSON.stringify(json['data']))).toEqual([
    {
      id,
      message_id: null,
      to: ['ada@customer.dev'],
      cc: ['bob@customer.dev'],
      bcc: null,
      from: 'Acme <hello@acme.dev>',
      created_at: new Date(api.clock.now).toISOString(),
      subject: 'Your receipt',
      reply_to: null,
      last_event: 'queued',
      scheduled_at: null,
    },
  ])
})

test("a person's emails are found, whether alone or among others", async () => {
  const api = await anApi()
  const ids = [
    await send(api, { to: 'eve+1@customer.dev' }),
    await send(api, { cc: 'Eve <eve+1@customer.dev>' }),
    await send(api, { to: 'Eve+1@Customer.dev' }),
  ].toReversed()
  await send(api, { to: 'eve@customer.dev' })
  expect(await page(api, 'to=EVE%2B1@customer.dev')).toEqual({ ids, more: false })
  expect(await page(api, 'to=eve+1@customer.dev')).toEqual({ ids, more: false })
  expect(await page(api, 'to=eve%2B1@customer.dev&limit=2')).toEqual({
    ids: ids.slice(0, 2),
    more: true,
  })
  expect(await page(api, `to=eve%2B1@customer.dev&after=${ids[0]}`)).toEqual({
    ids: ids.slice(1),
    more: false,
  })
  expect(await page(api, `to=eve%2B1@customer.dev&before=${ids[2]}&limit=1`)).toEqual({
    ids: ids.slice(1, 2),
    more: true,
  })
})

test('the search for a person walks the two indexes made for it', async () => {
  const asked: string[] = []
  const db = new Proxy(env.DB, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property)
      if (property !== 'prepare') return typeof member === 'function' ? member.bind(target) : member
      return (sql: string) => {
        asked.push(sql)
        return target.prepare(sql)
      }
    },
  })
  const api = await anApi({ db })
  await api.call('GET', `/emails?to=a@customer.dev&after=${crypto.randomUUID()}`)
  const search = asked.find((sql) => sql.includes('UNION ALL')) ?? ''
  const { results } = await env.DB.prepare(`EXPLAIN QUERY PLAN ${search}`)
    .bind('a@customer.dev', 3, 'x')
    .all<{ detail: string }>()
  const plan = results.map(({ detail }) => detail).join('\n')
  expect(plan).toContain('SEARCH emails USING INDEX emails_address (address=? AND id<?)')
  expect(plan).toMatch(
    /SEARCH recipients USING (COVERING )?INDEX recipients_address \(address=\? AND email_id<\?\)/,
  )
})

test('canaries are nobody else to see', async () => {
  const api = await anApi()
  const id = await send(api, { to: 'success@simulator.amazonses.com' })
  await put(id, { canary: 1 })
  expect((await page(api, 'limit=1')).ids).not.toContain(id)
  expect(await page(api, 'to=success@simulator.amazonses.com')).toEqual({ ids: [], more: false })
})

const ID = crypto.randomUUID()
test.each([
  ['limit=0', 'limit'],
  ['limit=101', 'limit'],
  ['limit=ten', 'limit'],
  ['limit=-1', 'limit'],
  ['limit=1e1', 'limit'],
  ['after=x', 'after'],
  [`after=${ID}'--`, 'after'],
  ['before=x', 'before'],
  [`after=${ID}&before=${ID}`, 'before'],
  ['to=nobody', 'to'],
  ['to=', 'to'],
])('?%s is refused and names the parameter', async (query, parameter) => {
  const api = await anApi()
  const { json } = await api.call('GET', `/emails?${query}`)
  expect(json).toMatchObject({
    statusCode: 422,
    name: 'invalid_parameter',
    message: expect.stringContaining(`\`${parameter}\``),
  })
})
