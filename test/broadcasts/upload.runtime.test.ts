import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { addressHash } from '../../src/token/address-hash.ts'
import { aBroadcastApi, aDraft, anUploaded } from '../support/a-broadcast-api.ts'
import { ADDRESS_KEY, type AnApi } from '../support/an-api.ts'

const NDJSON = { 'content-type': 'application/x-ndjson' }
const CSV = { 'content-type': 'text/csv' }

async function recipientsOf(id: string): Promise<Record<string, unknown>[]> {
  const { results } = await env.DB.prepare(
    'SELECT address, name, variables FROM emails WHERE broadcast_id = ?1 ORDER BY address',
  )
    .bind(id)
    .all()
  return results
}

async function aDraftId(api: AnApi): Promise<string> {
  return String((await api.call('POST', '/broadcasts', aDraft())).json['id'])
}

test('lines of JSON become recipients; what is no recipient is told by its line', async () => {
  const api = await aBroadcastApi()
  const id = await aDraftId(api)
  const lines = [
    '{"email":"Ada@Customer.dev","name":"Ada","variables":{"plan":"gold","tags":["a"]}}',
    '',
    '{"email":"bob@customer.dev"}',
    'nonsense',
    '{"name":"nobody"}',
    '{"email":"not an address"}',
    '{"email":"bob@customer.dev"}',
    '{"email":"carl@customer.dev","variables":[1]}',
  ]
  const { status, json } = await api.call(
    'POST',
    `/broadcasts/${id}/recipients`,
    lines.join('\r\n'),
    NDJSON,
  )
  expect([status, json]).toEqual([
    200,
    {
      object: 'upload',
      broadcast_id: id,
      accepted: 2,
      duplicates: 1,
      replaced: 0,
      invalid: {
        count: 4,
        lines: [
          { line: 4, reason: 'it is not a JSON object' },
          { line: 5, reason: 'it has no email' },
          { line: 6, reason: 'its email is not an address that mail can be sent to' },
          { line: 8, reason: 'its variables are not an object' },
        ],
      },
      collided: { count: 0, emails: [] },
      erased: 0,
    },
  ])
  expect(await recipientsOf(id)).toEqual([
    { address: 'ada@customer.dev', name: 'Ada', variables: '{"plan":"gold","tags":["a"]}' },
    { address: 'bob@customer.dev', name: null, variables: null },
  ])
})

test('a CSV names its columns; all but email and name are variables', async () => {
  const api = await aBroadcastApi()
  const id = await aDraftId(api)
  const csv = [
    '\ufeffName;E-Mail;email;plan',
    '"Lovelace; ""Ada""";x;ada@customer.dev;gold',
    'Bob;;bob@customer.dev;',
    'Carl;;;gold',
    '"open;;carl@customer.dev;gold',
  ]
  const { json } = await api.call('POST', `/broadcasts/${id}/recipients`, csv.join('\n'), CSV)
  expect(json).toMatchObject({
    accepted: 2,
    invalid: {
      count: 2,
      lines: [
        { line: 4, reason: 'it has no email' },
        { line: 5, reason: 'a quote is not closed' },
      ],
    },
  })
  expect(await recipientsOf(id)).toEqual([
    {
      address: 'ada@customer.dev',
      name: 'Lovelace; "Ada"',
      variables: '{"E-Mail":"x","plan":"gold"}',
    },
    { address: 'bob@customer.dev', name: 'Bob', variables: null },
  ])
})

test('a CSV without a column of emails is refused', async () => {
  const api = await aBroadcastApi()
  const id = await aDraftId(api)
  const path = `/broadcasts/${id}/recipients`
  const { status, json } = await api.call('POST', path, 'name,mail\nAda,a@customer.dev\n', CSV)
  expect([status, json['message']]).toEqual([422, 'The header row names no column `email`.'])
})

test('repeating an upload changes nothing, other variables replace', async () => {
  const api = await aBroadcastApi()
  const id = await anUploaded(api, 0)
  const path = `/broadcasts/${id}/recipients`
  const first = 'email,plan\nada@customer.dev,gold\nbob@customer.dev,gold\n'
  const counted = async (csv: string) => {
    const { accepted, duplicates, replaced } = (await api.call('POST', path, csv, CSV)).json
    return { accepted, duplicates, replaced }
  }
  expect(await counted(first)).toEqual({ accepted: 2, duplicates: 0, replaced: 0 })
  expect(await counted(first)).toEqual({ accepted: 0, duplicates: 2, replaced: 0 })
  expect(await counted(first.replace('gold\nbob', 'lead\nbob'))).toEqual({
    accepted: 0,
    duplicates: 1,
    replaced: 1,
  })
  expect(await recipientsOf(id)).toMatchObject([
    { variables: '{"plan":"lead"}' },
    { variables: '{"plan":"gold"}' },
  ])
})

async function gzipped(text: string): Promise<Uint8Array> {
  const body = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'))
  return new Uint8Array(await new Response(body).arrayBuffer())
}

test('gzip is inflated, in pieces of any size and members of any number', async () => {
  const api = await aBroadcastApi()
  const id = await anUploaded(api, 0)
  const lines = Array.from({ length: 12_000 }, (_, n) => `{"email":"p${n}@customer.dev"}\n`)
  const whole = await gzipped(lines.join(''))
  // Members end where they like, in the middle of a line too; one may hold nothing.
  const members = await Promise.all(
    [lines.slice(0, 5000).join(''), '{"email":"q', '', '@customer.dev"}\n'].map(gzipped),
  )
  const joined = new Uint8Array(await new Blob(members).arrayBuffer())
  const upload = async (body: BodyInit) =>
    await api.call('POST', `/broadcasts/${id}/recipients`, body, {
      ...NDJSON,
      'content-encoding': 'gzip',
    })
  const pieces = (size: number) =>
    new ReadableStream<Uint8Array>({
      start(controller) {
        for (let at = 0; at < joined.length; at += size) {
          controller.enqueue(joined.slice(at, at + size))
        }
        controller.close()
      },
    })
  expect((await upload(whole)).json).toMatchObject({
    accepted: 12_000,
    duplicates: 0,
    invalid: { count: 0 },
  })
  expect((await upload(joined)).json).toMatchObject({ accepted: 1, duplicates: 5000 })
  for (const size of [1, 7, 1000]) {
    expect((await upload(pieces(size))).json).toMatchObject({ accepted: 0, duplicates: 5001 })
  }
  const behind = (...bytes: number[]) => new Blob([joined, new Uint8Array(bytes)])
  const faulty: BodyInit[] = [
    whole.slice(0, 2000),
    joined.slice(0, -3),
    behind(0x67),
    behind(0, 0),
    behind(0, 0x1f, 0x8b),
    behind(...new TextEncoder().encode('{"email":"late@customer.dev"}\n')),
  ]
  for (const body of faulty) {
    const { status, json } = await upload(body)
    expect([status, json['message']]).toEqual([
      400,
      'The body cannot be read. It is not whole gzip, or something stands behind it.',
    ])
  }
})

test('after draft an upload is refused and changes nothing', async () => {
  const api = await aBroadcastApi()
  const id = await anUploaded(api, 2)
  await api.call('POST', `/broadcasts/${id}/send`)
  const { status, json } = await api.call(
    'POST',
    `/broadcasts/${id}/recipients`,
    '{"email":"late@customer.dev"}',
    NDJSON,
  )
  expect([status, json['message']]).toEqual([
    409,
    'Only a draft takes recipients; this broadcast is sending. Nothing was changed.',
  ])
  expect(await recipientsOf(id)).toHaveLength(2)
})

function lines(from: number, count: number): Uint8Array {
  const line = (_: unknown, n: number) => `{"email":"p${from + n}@customer.dev"}\n`
  return new TextEncoder().encode(Array.from({ length: count }, line).join(''))
}

test('a broadcast that leaves draft in the middle of an upload says how many lines were taken', async () => {
  const api = await aBroadcastApi()
  const id = await anUploaded(api, 1)
  let parts = 0
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      parts += 1
      if (parts === 3) {
        // Until what came before is written.
        while ((await recipientsOf(id)).length < 5001) await scheduler.wait(5)
        await api.call('POST', `/broadcasts/${id}/send`)
      }
      if (parts === 5) controller.close()
      else controller.enqueue(lines(parts * 5000, 5000))
    },
  })
  const { status, json } = await api.call('POST', `/broadcasts/${id}/recipients`, body, NDJSON)
  expect(status).toBe(409)
  const taken = Number(/: (\d+) lines were taken/.exec(String(json['message']))?.[1])
  expect(taken).toBeGreaterThan(0)
  expect(await recipientsOf(id)).toHaveLength(1 + taken)
})

test('who is erased in the middle of an upload is not taken', async () => {
  const api = await aBroadcastApi()
  const id = await anUploaded(api, 0)
  let parts = 0
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      parts += 1
      if (parts === 3) {
        while ((await recipientsOf(id)).length < 5000) await scheduler.wait(5)
        await env.DB.prepare('INSERT INTO erased (hash, erased_at) VALUES (?1, 1)')
          .bind(addressHash('p15000@customer.dev', ADDRESS_KEY))
          .run()
      }
      if (parts === 4) controller.close()
      else controller.enqueue(lines(parts * 5000, 5000))
    },
  })
  const { json } = await api.call('POST', `/broadcasts/${id}/recipients`, body, NDJSON)
  expect(json).toMatchObject({ accepted: 14_999, erased: 1 })
  await env.DB.prepare('DELETE FROM erased').run()
})

test('what is more than one request may bring is told after the lines that were taken', async () => {
  const api = await aBroadcastApi()
  const id = await anUploaded(api, 0)
  const body = Array.from({ length: 250_001 }, () => 'x').join('\n')
  const { status, json } = await api.call('POST', `/broadcasts/${id}/recipients`, body, NDJSON)
  expect([status, json['message']]).toEqual([413, expect.stringContaining('250000 lines were')])
})

test('however much recipients bring, D1 gets no more at a time than it takes', async () => {
  const api = await aBroadcastApi()
  const id = await anUploaded(api, 0)
  const story = '日"'.repeat(20_000)
  const body = Array.from({ length: 40 }, (_, n) =>
    JSON.stringify({ email: `p${n}@customer.dev`, variables: { story } }),
  ).join('\n')
  const { json } = await api.call('POST', `/broadcasts/${id}/recipients`, body, NDJSON)
  expect(json).toMatchObject({ accepted: 40, invalid: { count: 0 } })
})

test.each([NDJSON, CSV])('empty lines without end are not looked through: %o', async (headers) => {
  const api = await aBroadcastApi()
  const id = await aDraftId(api)
  const lines = new TextEncoder().encode(`email\n${'\n'.repeat(2_000_001)}`)
  const { status, json } = await api.call('POST', `/broadcasts/${id}/recipients`, lines, headers)
  expect([status, json['message']]).toEqual([413, 'The body has more than 2000000 lines.'])
})
