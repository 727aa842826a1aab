import { expect, test } from 'vitest'
import { aBulk, anEmail } from './requests.ts'
import { aSimulator } from './running.ts'

const simple = (over: object) => ({
  Content: {
    Simple: { Subject: { Data: 'Hello' }, Body: { Text: { Data: 'Hello' } }, ...over },
  },
})
const headers = (...given: [string, string][]) =>
  simple({ Headers: given.map(([Name, Value]) => ({ Name, Value })) })
const addresses = (count: number) => ({
  Destination: { ToAddresses: Array.from({ length: count }, (_, at) => `r${at}@example.com`) },
})
const tag = (Name: string, Value: string) => ({ EmailTags: [{ Name, Value }] })
const file = (FileName: string) => simple({ Attachments: [{ FileName, RawContent: 'aGVsbG8=' }] })
const numbered = (count: number): [string, string][] =>
  Array.from({ length: count }, (_, at) => [`X-${at}`, 'v'])

const ACCEPTED: [string, object][] = [
  ['15 headers', headers(...numbered(15))],
  ['50 recipients', addresses(50)],
  ['a header value of 995 printable characters', headers(['X', '~'.repeat(995)])],
  [
    'List-Unsubscribe and In-Reply-To',
    headers(['List-Unsubscribe', '<x>'], ['In-Reply-To', '<y>']),
  ],
  ['Message-ID, which SES overrides', headers(['Message-ID', '<a@b>'], ['Date', 'x'])],
  ['a name with an address', { Destination: { ToAddresses: ['"Ada, L." <ada@example.com>'] } }],
  ['nulls for what is absent', { ReplyToAddresses: null, EmailTags: null }],
  ['a tag of 255 characters', tag('a'.repeat(255), 'b'.repeat(255))],
  ['no configuration set', { ConfigurationSetName: undefined }],
]
test.for(ACCEPTED)('SendEmail takes %s', async ([, over]) => {
  const { rawSes } = await aSimulator()
  await rawSes('/v2/email/configuration-sets', { ConfigurationSetName: 'main' })
  expect(await rawSes('/v2/email/outbound-emails', anEmail(over))).toMatchObject({ status: 200 })
})

const BAD = 'BadRequestException'
const REFUSED: [string, object, number, string, RegExp][] = [
  ['16 headers', headers(...numbered(16)), 400, BAD, /less than or equal to 15/],
  ['a header name with a space', headers(['X Y', 'v']), 400, BAD, /headers\.member\.name/],
  ['a header value in UTF-8', headers(['X', 'é']), 400, BAD, /headers\.member\.value/],
  ['a line break in a header', headers(['X', 'a\r\nBcc: b@c.d']), 400, BAD, /member\.value/],
  ['a header value of 996', headers(['X', 'v'.repeat(996)]), 400, BAD, /member\.value/],
  ['a second Subject', headers(['Subject', 'v']), 400, BAD, /Duplicate header 'Subject'/],
  ['References twice', headers(['References', 'a'], ['references', 'b']), 400, BAD, /Duplicate/],
  ['51 recipients', addresses(51), 400, BAD, /Recipient count exceeds 50/],
  ['no recipient', addresses(0), 400, BAD, /at least one recipient/],
  ['an address without @', { Destination: { ToAddresses: ['ada'] } }, 400, BAD, /Missing final/],
  ['an address in UTF-8', { Destination: { ToAddresses: ['é@b.de'] } }, 400, BAD, /ASCII/],
  ['two addresses in one', { Destination: { ToAddresses: ['a@b.de,c@d.de'] } }, 400, BAD, /Local/],
  ['no sender', { FromEmailAddress: undefined }, 400, BAD, /Missing required header 'From'/],
  ['a tag with a space', tag('a b', 'c'), 400, BAD, /Invalid tag name <a b>/],
  ['a tag value with a dot', tag('a', 'c.d'), 400, BAD, /Invalid tag value <c\.d>/],
  ['a tag without a value', tag('a', ''), 400, BAD, /tag value must be specified/],
  ['a tag of 256 characters', tag('a', 'b'.repeat(256)), 400, BAD, /cannot exceed 255/],
  ['a program', file('a.exe'), 400, BAD, /not supported/],
  ['a file name of 256', file('a'.repeat(256)), 400, BAD, /between 1 and 255/],
  [
    'an unknown configuration set',
    { ConfigurationSetName: 'nope' },
    404,
    'NotFoundException',
    /<nope> does not exist/,
  ],
  ['no content', { Content: {} }, 400, BAD, /exactly one of/],
  [
    'a stored template nobody stored',
    { Content: { Template: { TemplateName: 't' } } },
    404,
    'NotFoundException',
    /Template t does not exist/,
  ],
  [
    'a number for a name',
    { FromEmailAddress: 7 },
    400,
    'SerializationException',
    /FromEmailAddress/,
  ],
]
test.for(REFUSED)('SendEmail refuses %s', async ([, over, status, type, message]) => {
  const { rawSes, summary } = await aSimulator()
  await rawSes('/v2/email/configuration-sets', { ConfigurationSetName: 'main' })
  const answer = await rawSes('/v2/email/outbound-emails', anEmail(over))
  expect(answer).toMatchObject({ status, type })
  expect(answer.text).toMatch(/^\{"message":/)
  expect(answer.text).toMatch(message)
  expect((await summary()).accepted).toBe(0)
})

test('what is not JSON is a SerializationException, an unknown path an unknown operation', async () => {
  const { rawSes } = await aSimulator()
  expect(await rawSes('/v2/email/outbound-emails', '{"a":')).toMatchObject({
    status: 400,
    type: 'SerializationException',
  })
  expect(await rawSes('/v2/email/nothing', '{}')).toMatchObject({
    status: 404,
    type: 'UnknownOperation',
  })
})

const template = (Html: string, TemplateData = '{}') => ({
  DefaultContent: { Template: { TemplateContent: { Subject: 'x', Html }, TemplateData } },
})
const data = (length: number) => JSON.stringify({ name: 'x'.repeat(length - '{"name":""}'.length) })

test('a templated request ends at 1 MB, its data at 262,144 characters, a bulk call at 50 entries', async () => {
  const { rawSes } = await aSimulator()
  const bulk = (entries: number, over: object = {}) =>
    rawSes(
      '/v2/email/outbound-bulk-emails',
      aBulk(entries, { ConfigurationSetName: undefined, ...over }),
    )
  expect(await bulk(50)).toMatchObject({ status: 200 })
  expect(await bulk(51)).toMatchObject({ status: 400, type: BAD })
  expect(await bulk(0)).toMatchObject({ status: 400, type: BAD })
  expect(await bulk(1, template('x'.repeat(1_040_000)))).toMatchObject({ status: 200 })
  expect(await bulk(1, template('x'.repeat(1_048_576)))).toMatchObject({
    status: 413,
    type: 'RequestEntityTooLarge',
  })
  expect(await bulk(1, template('x', data(262_144)))).toMatchObject({ status: 200 })
  expect(await bulk(1, template('x', data(262_145)))).toMatchObject({ status: 400, type: BAD })
})

test('one bad entry of a bulk call does not stop the others', async () => {
  const { rawSes } = await aSimulator()
  const bulk = aBulk(3, { ConfigurationSetName: undefined })
  Object.assign(bulk.BulkEmailEntries[1] ?? {}, { Destination: { ToAddresses: ['nobody'] } })
  const { status, text } = await rawSes('/v2/email/outbound-bulk-emails', bulk)
  expect(status).toBe(200)
  expect(JSON.parse(text)).toMatchObject({
    BulkEmailEntryResults: [
      { Status: 'SUCCESS' },
      { Status: 'INVALID_PARAMETER', Error: "Missing final '@domain'" },
      { Status: 'SUCCESS' },
    ],
  })
})
