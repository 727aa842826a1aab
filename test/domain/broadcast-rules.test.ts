import { expect, test } from 'vitest'
import { broadcastCost } from '../../src/domain/broadcast-cost.ts'
import { secondsToSend } from '../../src/domain/broadcast-estimate.ts'
import { contractStatus } from '../../src/domain/broadcast-state.ts'
import { csvLine } from '../../src/domain/csv-cell.ts'
import { neededNames } from '../../src/domain/needed-names.ts'
import { csvColumns, jsonLine } from '../../src/domain/recipient-line.ts'

test('a state reads as a word of the contract', () => {
  const words = (
    ['draft', 'scheduled', 'sending', 'paused', 'braked', 'sent', 'canceled'] as const
  ).map((state) => `${state}: ${contractStatus(state)}`)
  expect(words).toEqual([
    'draft: draft',
    'scheduled: scheduled',
    'sending: queued',
    'paused: queued',
    'braked: queued',
    'sent: sent',
    'canceled: failed',
  ])
})

const DAY = 24 * 60 * 60
const DURATIONS: [string, number, Parameters<typeof secondsToSend>[1], number | null][] = [
  ['nobody', 0, { rate: 0, room: 0, limit: 0 }, 0],
  ['at the rate', 50_000, { rate: 500, room: null, limit: null }, 100],
  ['a stopped account', 10, { rate: 0, room: null, limit: null }, null],
  ['within the quota', 1000, { rate: 100, room: 1000, limit: 1000 }, 10],
  ['beyond it, a day later', 1500, { rate: 100, room: 1000, limit: 1000 }, DAY + 5],
  ['days of quota', 3500, { rate: 100, room: 1000, limit: 1000 }, 3 * DAY + 5],
  ['a spent quota', 100, { rate: 100, room: 0, limit: 1000 }, DAY + 1],
  ['a quota of nothing', 100, { rate: 100, room: 0, limit: 0 }, null],
]
for (const [name, recipients, allowance, seconds] of DURATIONS) {
  test(`how long it takes: ${name}`, () => {
    expect(secondsToSend(recipients, allowance)).toBe(seconds)
  })
}

test('fifty thousand recipients cost some eight dollars at SES and less than one at Cloudflare', () => {
  const { ses, sns, cloudflare, total } = broadcastCost(50_000, 0)
  expect([ses, sns]).toEqual([8, 0.09])
  expect(cloudflare).toBeGreaterThan(0.5)
  expect(cloudflare).toBeLessThan(1)
  expect(total).toBeCloseTo(ses + sns + cloudflare, 4)
  expect(broadcastCost(1024, 1024 * 1024).ses).toBeCloseTo(0.1638 + 0.12, 3)
  expect(broadcastCost(0, 1000).total).toBe(0)
})

test('no cell of a file is a formula', () => {
  const cells = ['=1+1', '+1', '-1', '@a', '\tx', 'a=b', 'a,b', 'say "x"', null, -1]
  expect(csvLine(cells)).toBe(`'=1+1,'+1,'-1,'@a,'\tx,a=b,"a,b","say ""x""",,-1\r\n`)
})

test('what a recipient must bring is what the template reads without a fallback', () => {
  const variables = [
    { name: 'FIRST_NAME', fallback: true },
    { name: 'plan', fallback: false },
    { name: 'company.city', fallback: false },
    { name: 'items.size', fallback: false },
    { name: 'items.0.name', fallback: false },
    { name: 'size', fallback: false },
    { name: 'RESEND_UNSUBSCRIBE_URL', fallback: false },
  ]
  expect(neededNames(variables, ['RESEND_UNSUBSCRIBE_URL'])).toEqual([
    'company.city',
    'items',
    'plan',
    'size',
  ])
})

const LINES: [unknown, object][] = [
  [
    { email: ' Ada@Bücher.dev ' },
    { address: 'ada@xn--bcher-kva.dev', name: null, variables: null },
  ],
  [{ email: 'a@b.dev', name: ' Ada   King ' }, { name: 'Ada King' }],
  [{ email: 'a@b.dev', name: '' }, { name: null }],
  [{ email: 'a@b.dev', variables: { a: null, b: 0, c: [1] } }, { variables: '{"b":0,"c":[1]}' }],
]
for (const [line, recipient] of LINES) {
  test(`a line is taken: ${JSON.stringify(line)}`, () => {
    expect(jsonLine(JSON.stringify(line))).toMatchObject({ recipient })
  })
}

const FAULTS: [string, string][] = [
  ['[]', 'it is not a JSON object'],
  ['"a@b.dev"', 'it is not a JSON object'],
  ['{"email":1}', 'its email is not a string'],
  ['{"email":"a@b"}', 'its email is not an address'],
  ['{"email":"a@b.dev","name":1}', 'its name is not a string'],
  ['{"email":"a@b.dev","name":"a\\u0007b"}', 'its name is not at most'],
  ['{"email":"a@b.dev","variables":"x"}', 'its variables are not an object'],
  ['{"email":"a@b.dev","variables":{"a":"\\u0000"}}', 'a variable is not plain text'],
  ['{"email":"a@b.dev","variables":{"a":"\\ud800"}}', 'a variable is not plain text'],
  ['{"email":"a@b.dev","variables":{"a\\"b":1}}', 'the name of a variable is not'],
  [`{"email":"a@b.dev","variables":{"a":"${'x'.repeat(70_000)}"}}`, 'its variables take more'],
  [`{"email":"a@b.dev","variables":{"a":${'['.repeat(20)}${']'.repeat(20)}}}`, 'nested deeper'],
]
for (const [line, fault] of FAULTS) {
  test(`a line is refused: ${line.slice(0, 60)}`, () => {
    expect(jsonLine(line)).toEqual({ fault: expect.stringContaining(fault) })
  })
}

test('a header row names each column once', () => {
  expect(csvColumns(['Email', 'plan', 'Name', '', 'plan2'])).toEqual({
    email: 0,
    name: 2,
    variables: [
      { name: 'plan', at: 1 },
      { name: 'plan2', at: 4 },
    ],
  })
  for (const header of [['email', 'EMAIL'], ['email', 'a', 'a'], ['mail']]) {
    expect(csvColumns(header)).toHaveProperty('fault')
  }
})
