import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Findings } from './explore.ts'
import { exploreRow, HEADING, ROWS, rowOf } from './table.ts'

const LONG = 120_000
const printed = [HEADING]
let resend: Findings
let hold: Findings

beforeAll(() => {
  resend = exploreRow(ROWS.resend)
  hold = exploreRow(ROWS.hold)
  printed.push(rowOf(ROWS.resend, resend), rowOf(ROWS.hold, hold))
}, LONG)

// Past the reporter, which keeps quiet about tests that pass.
afterAll(() => process.stdout.write(`\n${printed.join('\n')}\n`))

test('with resend a duplicate needs two faults, and there is never more than one', () => {
  expect(resend.duplicateAt).toBe(2)
  expect(resend.extraCopies).toEqual([0, 0, 1, 1, 1, 1])
})

test('with hold there is no duplicate up to five faults', () => {
  expect(hold.duplicateAt).toBeNull()
  expect(hold.extraCopies).toEqual([0, 0, 0, 0, 0, 0])
})

test('whatever fails, no attempt is called twice, no ending denies a copy and no email is lost', () => {
  expect([...resend.violations]).toEqual([])
  expect([...hold.violations]).toEqual([])
})

test('the exploration gets about: every state occurs, in many thousand worlds', () => {
  expect([...resend.rows].toSorted()).toEqual(
    [
      'canceled',
      'failed',
      'in_doubt',
      'queued',
      'scheduled',
      'sending',
      'sent',
      'suppressed',
      'unknown',
    ].toSorted(),
  )
  expect(resend.states).toBeGreaterThan(100_000)
  expect(hold.states).toBeGreaterThan(30_000)
})

test(
  'resending as often as there is doubt sends one more copy for every two faults',
  () => {
    const found = exploreRow(ROWS.resendAgain)
    printed.push(rowOf(ROWS.resendAgain, found))
    expect(found.extraCopies).toEqual([0, 0, 1, 1, 2])
    expect([...found.violations]).toEqual([])
  },
  LONG,
)

test.each([
  ['the signature fence', ROWS.noFence, /stalls.*1 called, accepted/],
  ['the proof of the event channel', ROWS.noProof, /event channel down.*doubt settled/],
  ['the pause after an outage', ROWS.noPause, /event channel up again, doubt settled/],
  ['the doubt after a lease', ROWS.leaseThenRequeue, /lease swept.*2 called, accepted/],
  ['the ban on client retries', ROWS.clientRetries, /answer lost.*1 called, accepted/],
])(
  'without %s one fault is enough for a duplicate',
  (_, row, story) => {
    const found = exploreRow(row)
    printed.push(rowOf(row, found))
    expect(found.duplicateAt).toBe(1)
    expect(found.duplicate.join(', ')).toMatch(story)
  },
  LONG,
)

test(
  'lease, then requeue also denies copies that SES took',
  () => {
    const { violations } = exploreRow({
      ...ROWS.leaseThenRequeue,
      bounds: { attempts: 2, faults: 1 },
    })
    expect([...violations.keys()]).toContain('says that nothing was sent of an accepted email')
  },
  LONG,
)
