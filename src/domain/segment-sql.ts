import type { FilterField, FilterTest, SegmentFilter } from './segment-filter.ts'

export interface SegmentSql {
  /** A condition on a contact, `c`. It is 0 or 1, never NULL. */
  sql: string
  /** For `?<first>` and on. */
  parameters: (string | number)[]
}

const DAY = 24 * 60 * 60 * 1000

const COLUMNS: Record<Exclude<FilterField, 'unsubscribed'>, string> = {
  email: 'c.address',
  first_name: 'c.first_name',
  last_name: 'c.last_name',
  created_at: 'c.created_at',
}

/** Whether a contact has left all broadcasts. */
export const HAS_LEFT_ALL = `EXISTS (SELECT 1 FROM unsubscribes u WHERE u.address = c.address AND u.topic_id = '')`

/** Whether a contact gets what is about a topic (`t`), as far as the topic is asked. */
export const IS_SUBSCRIBED = `(NOT EXISTS (SELECT 1 FROM unsubscribes u
  WHERE u.address = c.address AND u.topic_id = t.id)
  AND (t.default_subscription = 'opt_in' OR EXISTS (SELECT 1 FROM topic_subscriptions s
    WHERE s.address = c.address AND s.topic_id = t.id)))`

/** Facts that tell of an act, the first of its kind on an email. A click is an open, too. */
const ACTS = {
  opened: ['ses_open_at', 'pixel_open_at', 'first_click_at'],
  clicked: ['first_click_at'],
}

/**
 * A filter as SQL. No word of its author gets into the text: values and names of properties are
 * parameters, columns come from a fixed list.
 */
export function segmentSql(filter: SegmentFilter, now: number, first: number): SegmentSql {
  const parameters: (string | number)[] = []
  const sql = compiled(filter)
  return { sql, parameters }

  function bound(value: string | number): string {
    parameters.push(value)
    return `?${first + parameters.length - 1}`
  }

  function compiled(node: SegmentFilter): string {
    switch (node.type) {
      case 'all':
        return `(${node.of.map(compiled).join(' AND ')})`
      case 'any':
        return `(${node.of.map(compiled).join(' OR ')})`
      case 'not':
        return `(NOT ${compiled(node.of)})`
      case 'field':
        return field(node.field, node.test)
      case 'property':
        return tested(`(c.properties->>${bound(`$."${node.key}"`)})`, node.test)
      case 'topic': {
        const isIn = `EXISTS (SELECT 1 FROM topics t WHERE t.id = ${bound(node.topicId)} AND ${IS_SUBSCRIBED})`
        return node.subscription === 'opt_in' ? isIn : `(NOT ${isIn})`
      }
      case 'opened':
      case 'clicked':
        return acted(ACTS[node.type], bound(now - node.days * DAY))
      default:
        return node satisfies never
    }
  }

  function field(name: FilterField, test: FilterTest): string {
    if (name !== 'unsubscribed') return tested(COLUMNS[name], test)
    const isTrue = test.op === 'eq' || test.op === 'ne' ? (test.op === 'eq') === test.value : true
    return isTrue ? HAS_LEFT_ALL : `(NOT ${HAS_LEFT_ALL})`
  }

  function tested(value: string, test: FilterTest): string {
    switch (test.op) {
      case 'exists':
        return `(${value} IS ${test.exists ? 'NOT ' : ''}NULL)`
      case 'in':
        return `ifnull(${value} IN (SELECT value FROM json_each(${bound(JSON.stringify(test.values))})), 0)`
      case 'eq':
      case 'ne':
        return `(${value} IS ${test.op === 'ne' ? 'NOT ' : ''}${bound(plain(test.value))})`
      case 'gt':
      case 'lt': {
        // SQLite sorts every text behind every number: only like is compared with like.
        const isText = typeof test.value === 'string' ? '=' : '<>'
        const order = test.op === 'gt' ? '>' : '<'
        return `ifnull(typeof(${value}) ${isText} 'text' AND ${value} ${order} ${bound(plain(test.value))}, 0)`
      }
      default:
        return test satisfies never
    }
  }
}

function plain(value: string | number | boolean): string | number {
  return typeof value === 'boolean' ? Number(value) : value
}

/**
 * Emails to one person alone are found by the index on their address. Those of broadcasts are in no
 * index: their key ranges are read once a statement, whatever the number of contacts, and only of
 * broadcasts that anybody opened or clicked.
 */
function acted(columns: string[], since: string): string {
  const recent = columns.map((column) => `e.${column} >= ${since}`).join(' OR ')
  return `(EXISTS (SELECT 1 FROM emails e WHERE e.broadcast_id IS NULL AND e.address = c.address AND (${recent}))
  OR c.address IN (SELECT e.address FROM broadcasts b CROSS JOIN emails e
    ON e.id BETWEEN substr(b.id, 1, 18) || '-8000-000000000000' AND substr(b.id, 1, 18) || '-bfff-ffffffffffff'
    WHERE b.started_at IS NOT NULL AND b.opened + b.clicked > 0 AND e.broadcast_id = b.id
      AND e.address IS NOT NULL AND (${recent})))`
}
