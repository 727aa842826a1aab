import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { guardsOf } from './guards-of.ts'
import { listedGuards } from './listed.ts'
import { marked, unmarked } from './marks.ts'

test('each guard in the list has a test that fails without it, or the reason why none can', () => {
  const unfit = listedGuards().filter(
    ({ fails, redundant }) =>
      (fails === undefined) === (redundant === undefined) ||
      (fails !== undefined && !existsSync(fails.file)),
  )
  expect(unfit).toEqual([])
})

const SOURCE = [
  'const A = `UPDATE a SET b = 1',
  "WHERE id = ?1 AND state = 'x' AND (c IS NULL OR d_at < ?2)",
  '  AND NOT EXISTS (SELECT 1 FROM e WHERE e.id BETWEEN ?3 AND ?4 AND e.doubted) RETURNING id`',
].join('\n')

test('what stands between the ANDs of a WHERE is a guard, inside of EXISTS too', () => {
  expect(guardsOf('a.ts', SOURCE).map(({ guard }) => guard)).toEqual([
    "state = 'x'",
    '(c IS NULL OR d_at < ?2)',
    'NOT EXISTS (SELECT 1 FROM e WHERE e.id BETWEEN ?3 AND ?4 AND e.doubted)',
    'e.doubted',
  ])
})

test('a marked source is the same statement, and less one guard when that is taken away', () => {
  const guards = guardsOf('a.ts', SOURCE).map((guard, number) => ({ guard, number }))
  const text = marked(SOURCE, guards)
  expect(unmarked(text, null)).toBe(SOURCE)
  expect(unmarked(text, 0)).toBe(SOURCE.replace("state = 'x'", "(TRUE OR (state = 'x'))"))
  expect(unmarked(text, 3)).toContain('AND ?4 AND (TRUE OR (e.doubted)))')
})
