import { expect, test } from 'vitest'
import { broadcastCost } from '../../src/domain/broadcast-cost.ts'
import { secondsToSend } from '../../src/domain/broadcast-estimate.ts'
import { contractStatus } from '../../src/domain/broadcast-state.ts'
import { csvLine } from '../../src/domain/csv-cell.ts'
import { neededNames } from '../../src/domain/needed-names.ts'

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
  // 151,000 queue messages of 3 operations, half a million rows, as many requests, and their CPU.
  expect(cloudflare).toBeCloseTo(0.1812 + 0.5 + 0.0453 + 0.007, 4)
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
