import { expect, test } from 'vitest'
import { parseFilter } from '../../src/domain/segment-filter.ts'
import { segmentSql } from '../../src/domain/segment-sql.ts'

const TOPIC = '0199f5b2-7c00-7abc-8def-0123456789ab'
const NOW = Date.UTC(2026, 10, 24)

const compiled = (filter: unknown) => {
  const parsed = parseFilter(filter)
  if ('fault' in parsed) throw new Error(parsed.fault)
  return segmentSql(parsed, NOW, 3)
}

test.for([
  [{ field: 'email', eq: 'a' }, '(c.address IS ?3)', ['a']],
  [{ field: 'first_name', ne: 'a' }, '(c.first_name IS NOT ?3)', ['a']],
  [{ field: 'last_name', exists: false }, '(c.last_name IS NULL)', []],
  [
    { field: 'created_at', gt: '2026-01-01T00:00:00Z' },
    "ifnull(typeof(c.created_at) <> 'text' AND c.created_at > ?3, 0)",
    [Date.UTC(2026, 0, 1)],
  ],
  [{ field: 'properties.plan', eq: 'gold' }, '((c.properties->>?3) IS ?4)', ['$."plan"', 'gold']],
  [
    { field: 'properties.seats', lt: 3 },
    "ifnull(typeof((c.properties->>?3)) <> 'text' AND (c.properties->>?3) < ?4, 0)",
    ['$."seats"', 3],
  ],
  [
    { field: 'email', in: ['a', 'b'] },
    'ifnull(c.address IN (SELECT value FROM json_each(?3)), 0)',
    ['["a","b"]'],
  ],
  [
    {
      any: [
        { field: 'email', eq: 'a' },
        {
          not: {
            all: [
              { field: 'email', eq: 'b' },
              { field: 'email', eq: 'c' },
            ],
          },
        },
      ],
    },
    '((c.address IS ?3) OR (NOT ((c.address IS ?4) AND (c.address IS ?5))))',
    ['a', 'b', 'c'],
  ],
] satisfies [object, string, (string | number)[]][])('%j', ([filter, sql, parameters]) => {
  expect(compiled(filter)).toEqual({ sql, parameters })
})

test('no word of its author is in the text of the statement', () => {
  const hostile = `'); DROP TABLE contacts; -- " ? :a @b $c`
  const { sql, parameters } = compiled({
    all: [
      { field: 'email', eq: hostile },
      { field: 'properties.plan', in: [hostile, 7] },
      { field: 'first_name', gt: hostile },
      { topic: TOPIC, subscription: 'opt_out' },
      { clicked: { within_days: 7 } },
    ],
  })
  expect(sql).not.toContain('DROP')
  expect(sql).not.toContain(TOPIC)
  expect(parameters).toEqual([
    hostile,
    '$."plan"',
    JSON.stringify([hostile, 7]),
    hostile,
    TOPIC,
    NOW - 7 * 24 * 60 * 60 * 1000,
  ])
})

const nested = (depth: number): object =>
  depth === 1 ? { field: 'email', eq: 'a' } : { not: nested(depth - 1) }
const many = (count: number) => Array.from({ length: count }, () => ({ field: 'email', eq: 'a' }))

test.for([
  [[], 'object'],
  ['email', 'object'],
  [null, 'object'],
  [{}, '`field`'],
  [{ all: [] }, 'empty'],
  [{ all: {} }, 'list'],
  [{ all: many(1), any: many(1) }, 'stand alone'],
  [{ not: many(1) }, 'object'],
  [{ field: 'email' }, 'one of'],
  [{ field: 'email', eq: 'a', ne: 'b' }, '`ne`'],
  [{ field: 'id', eq: 'a' }, '`field` is one of'],
  [{ field: 'constructor', eq: 'a' }, '`field` is one of'],
  [{ field: 'c.address', eq: 'a' }, '`field` is one of'],
  [{ field: 'email; DROP TABLE contacts', eq: 'a' }, '`field` is one of'],
  [{ field: 'properties.a"b', eq: 'a' }, '`field` is one of'],
  [{ field: 'properties.', eq: 'a' }, '`field` is one of'],
  [{ field: `properties.${'a'.repeat(51)}`, eq: 'a' }, '`field` is one of'],
  [{ field: 'email', eq: 1 }, 'a text'],
  [{ field: 'email', eq: null }, 'a text'],
  [{ field: 'email', eq: 'x'.repeat(501) }, '500'],
  [{ field: 'email', eq: 'a\u0000' }, 'a text'],
  [{ field: 'email', in: [] }, '`in`'],
  [{ field: 'email', in: Array.from({ length: 1001 }, () => 'a') }, '`in`'],
  [{ field: 'email', exists: 'yes' }, '`exists`'],
  [{ field: 'created_at', gt: 'soon' }, 'ISO 8601'],
  [{ field: 'created_at', eq: '2026-01-01' }, '`gt` or `lt`'],
  [{ field: 'unsubscribed', eq: 'true' }, 'true or false'],
  [{ field: 'unsubscribed', exists: true }, 'always exists'],
  [{ topic: 'news' }, 'id of a topic'],
  [{ topic: TOPIC, subscription: 'maybe' }, '`subscription`'],
  [{ opened: { within_days: 0 } }, '`within_days`'],
  [{ opened: { within_days: 1.5 } }, '`within_days`'],
  [{ clicked: 30 }, '`within_days`'],
  [nested(6), 'deeper than 5'],
  [{ all: many(30) }, 'more than 30'],
] satisfies [unknown, string][])('%j is refused', ([filter, says]) => {
  expect(parseFilter(filter)).toEqual({ fault: expect.stringContaining(says) })
})

test('what is as large as may be is taken', () => {
  expect(parseFilter(nested(5))).toMatchObject({ type: 'not' })
  expect(parseFilter({ any: many(29) })).toMatchObject({ type: 'any' })
})
