/** What is compared: a text column, a time, whether somebody has left everything, or a property. */
export type FilterField = 'email' | 'first_name' | 'last_name' | 'created_at' | 'unsubscribed'

export type FilterTest =
  | { op: 'eq' | 'ne' | 'gt' | 'lt'; value: string | number | boolean }
  | { op: 'in'; values: (string | number)[] }
  | { op: 'exists'; exists: boolean }

/** Which contacts belong to a segment. */
export type SegmentFilter =
  | { type: 'all' | 'any'; of: SegmentFilter[] }
  | { type: 'not'; of: SegmentFilter }
  | { type: 'field'; field: FilterField; test: FilterTest }
  | { type: 'property'; key: string; test: FilterTest }
  | { type: 'topic'; topicId: string; subscription: 'opt_in' | 'opt_out' }
  | { type: 'opened' | 'clicked'; days: number }

/** Far below what D1 takes of parameters and of nesting in one statement. */
const MAX_CONDITIONS = 30
const MAX_DEPTH = 5
const MAX_LIST = 1000
const MAX_TEXT = 500
/** Emails are kept half a year by default: nobody knows more. */
const MAX_DAYS = 365

const PROPERTY = /^properties\.([A-Za-z0-9_]{1,50})$/
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const TESTS = ['eq', 'ne', 'in', 'gt', 'lt', 'exists'] as const
const FIELDS: Record<FilterField, 'text' | 'time' | 'boolean'> = {
  email: 'text',
  first_name: 'text',
  last_name: 'text',
  created_at: 'time',
  unsubscribed: 'boolean',
}

/**
 * Reads `{"all":[…]}`, `{"any":[…]}`, `{"not":…}`, `{"field":"…","eq":…}`, `{"topic":"…","subscription":"opt_in"}`,
 * `{"opened":{"within_days":n}}` and `{"clicked":{…}}`. A sentence about what is wrong otherwise.
 */
export function parseFilter(json: unknown): SegmentFilter | { fault: string } {
  let conditions = 0
  try {
    return parsed(json, 1)
  } catch (error) {
    if (error instanceof FilterFault) return { fault: error.message }
    throw error
  }

  function parsed(node: unknown, depth: number): SegmentFilter {
    if (depth > MAX_DEPTH) throw new FilterFault(`It is nested deeper than ${MAX_DEPTH}.`)
    if (!isObject(node)) throw new FilterFault('Every part of it is an object.')
    conditions += 1
    if (conditions > MAX_CONDITIONS)
      throw new FilterFault(`It has more than ${MAX_CONDITIONS} parts.`)
    if ('all' in node || 'any' in node) {
      const [type = 'all', ...more] = Object.keys(node)
      const list: unknown = node[type]
      if (more.length > 0 || (type !== 'all' && type !== 'any') || !Array.isArray(list)) {
        throw new FilterFault('`all` and `any` stand alone and have a list.')
      }
      if (list.length === 0) throw new FilterFault(`\`${type}\` has an empty list.`)
      return { type, of: list.map((each) => parsed(each, depth + 1)) }
    }
    if ('not' in node) {
      only(node, ['not'])
      return { type: 'not', of: parsed(node['not'], depth + 1) }
    }
    return condition(node)
  }
}

class FilterFault extends Error {}

function condition(node: Record<string, unknown>): SegmentFilter {
  if ('topic' in node) {
    only(node, ['topic', 'subscription'])
    const { topic, subscription = 'opt_in' } = node
    const topicId = typeof topic === 'string' ? topic.toLowerCase() : ''
    if (!UUID.test(topicId)) throw new FilterFault('`topic` is the id of a topic.')
    if (subscription !== 'opt_in' && subscription !== 'opt_out') {
      throw new FilterFault('`subscription` is `opt_in` or `opt_out`.')
    }
    return { type: 'topic', topicId, subscription }
  }
  for (const type of ['opened', 'clicked'] as const) {
    if (!(type in node)) continue
    only(node, [type])
    const within = node[type]
    const days = isObject(within) ? within['within_days'] : undefined
    if (typeof days !== 'number' || !Number.isInteger(days) || days < 1 || days > MAX_DAYS) {
      throw new FilterFault(`\`${type}\` has \`within_days\`, a number from 1 to ${MAX_DAYS}.`)
    }
    return { type, days }
  }
  return fieldCondition(node)
}

function fieldCondition(node: Record<string, unknown>): SegmentFilter {
  const { field } = node
  const op = TESTS.find((each) => each in node)
  if (typeof field !== 'string' || op === undefined) {
    throw new FilterFault(`A condition has a \`field\` and one of ${TESTS.join(', ')}.`)
  }
  only(node, ['field', op])
  const key = PROPERTY.exec(field)?.[1]
  if (key !== undefined) return { type: 'property', key, test: testOf(op, node[op], 'any') }
  const name = Object.keys(FIELDS).find((each): each is FilterField => each === field)
  if (name === undefined) {
    throw new FilterFault(
      `\`field\` is one of ${Object.keys(FIELDS).join(', ')} or \`properties.<key>\`.`,
    )
  }
  return { type: 'field', field: name, test: testOf(op, node[op], FIELDS[name]) }
}

function testOf(
  op: (typeof TESTS)[number],
  value: unknown,
  type: 'text' | 'time' | 'boolean' | 'any',
): FilterTest {
  if (op === 'exists') {
    if (typeof value !== 'boolean') throw new FilterFault('`exists` is true or false.')
    if (type === 'time' || type === 'boolean') throw new FilterFault('This field always exists.')
    return { op, exists: value }
  }
  if (type === 'boolean') {
    if (typeof value !== 'boolean' || (op !== 'eq' && op !== 'ne')) {
      throw new FilterFault('This field is compared with true or false by `eq` or `ne`.')
    }
    return { op, value }
  }
  if (type === 'time') {
    const time = typeof value === 'string' ? Date.parse(value) : Number.NaN
    if (Number.isNaN(time) || (op !== 'gt' && op !== 'lt')) {
      throw new FilterFault('This field is compared with an ISO 8601 time by `gt` or `lt`.')
    }
    return { op, value: time }
  }
  if (op !== 'in') return { op, value: scalar(value, type) }
  if (!Array.isArray(value) || value.length === 0 || value.length > MAX_LIST) {
    throw new FilterFault(`\`in\` has a list of 1 to ${MAX_LIST} values.`)
  }
  return { op, values: value.map((each) => scalar(each, type)) }
}

function scalar(value: unknown, type: 'text' | 'any'): string | number {
  if (typeof value === 'string' && value.length <= MAX_TEXT && !value.includes('\u0000')) {
    return value
  }
  if (type === 'any' && typeof value === 'number') return value
  const kinds = type === 'any' ? 'a text or a number' : 'a text'
  throw new FilterFault(`Compare with ${kinds} of at most ${MAX_TEXT} characters.`)
}

function only(node: Record<string, unknown>, keys: string[]): void {
  const other = Object.keys(node).find((key) => !keys.includes(key))
  if (other === undefined) return
  throw new FilterFault(`\`${other.slice(0, 50)}\` does not stand beside \`${keys[0] ?? ''}\`.`)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
