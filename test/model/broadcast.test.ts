import { afterAll, expect, test } from 'vitest'
import { BROADCAST_ROWS, type BroadcastRow, exploreRow, HEADING, rowOf } from './table.ts'

const LONG = 120_000
const printed = [HEADING]

/** By one worker at a time; `npm run model` has two. */
function alone(row: BroadcastRow) {
  const found = exploreRow({ ...row, broadcast: { ...row.broadcast, workers: 1 } })
  printed.push(rowOf(row, found))
  return found
}

// Past the reporter, which keeps quiet about tests that pass.
afterAll(() => process.stdout.write(`\n${printed.join('\n')}\n`))

test(
  'whatever fails, a held broadcast sends no copy, leaves nobody behind and denies nothing',
  () => {
    const found = alone(BROADCAST_ROWS.hold)
    expect(found.extraCopies).toEqual([0, 0, 0])
    expect([...found.violations]).toEqual([])
    expect([...found.rows].toSorted()).toEqual(
      ['canceled', 'failed', 'in_doubt', 'queued', 'sending', 'sent', 'unknown'].toSorted(),
    )
    expect(found.states).toBeGreaterThan(20_000)
  },
  LONG,
)

test(
  'an answer short of an entry that is read as a refusal sends twice after one fault',
  () => {
    const found = alone(BROADCAST_ROWS.gaps)
    expect(found.duplicateAt).toBe(1)
    expect(found.duplicate.join(', ')).toMatch(/short of an entry/)
  },
  LONG,
)

test('a range that is finished while somebody in it is queued leaves him behind', () => {
  const { violations } = alone(BROADCAST_ROWS.finish)
  expect([...violations.keys()]).toContain('open, but no sweep will find it')
})
