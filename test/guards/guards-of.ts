/** A condition of a WHERE that keeps a statement from what it must not do. */
export interface Guard {
  /** From the root of the project. */
  file: string
  /** As it stands in the source, blanks made one. */
  guard: string
  /** Which of several that read alike in this file, from 1. */
  nth: number
  /** Where it stands in the source. */
  from: number
  to: number
}

/** What guards speak of: states, attempts, evidence, ends, and whether something is there. */
const GUARDS =
  /\b(state|attempt|doubted|recording|canary|lease_until|cut_at|left_out|value = 'paused'|\w+_at|type|topic_id|origin|kind|doubt_policy)\b|EXISTS|IS (NOT )?NULL|WAS_CALLED|EMPTY|FINAL|OPEN_USER/

/** By which row, and not whether: without it a statement would be another one, not a less guarded one. */
const BY_KEY =
  /^(\+?\w+\.)?(id|email_id|broadcast_id|key|name|n|queue|topic_arn|claimed_at|recipient) *(=|IN\b|BETWEEN|[<>]=?) *(\(SELECT|coalesce|\?|[\w.]+$|[\w.]+ AND)/

/** A condition that has a name is a guard where it is written, not where it is used. */
const BY_NAME = /^\$\{[^}]+\}$/

const isGuard = (text: string): boolean =>
  GUARDS.test(text) && !BY_KEY.test(text) && (!BY_NAME.test(text) || /EMPTY|FINAL/.test(text))

/** Every guard in the SQL of a source file: what stands between its ANDs, inside of EXISTS too. */
export function guardsOf(file: string, source: string): Guard[] {
  const found: Guard[] = []
  const seen = new Map<string, number>()
  for (const { from, to } of templates(source)) {
    for (const condition of conditions(source, from, to)) {
      const guard = source.slice(condition.from, condition.to).replace(/\s+/g, ' ')
      if (!isGuard(guard)) continue
      const nth = (seen.get(guard) ?? 0) + 1
      seen.set(guard, nth)
      found.push({ file, guard, nth, ...condition })
    }
  }
  for (const { index, 0: text } of source.matchAll(QUERY_BUILDER)) {
    found.push({
      file,
      guard: text.replace(/\s+/g, ' '),
      nth: 1,
      from: index,
      to: index + text.length,
    })
  }
  return found
}

/** The same in the words of drizzle, where `and` passes over what is undefined. */
const QUERY_BUILDER =
  /\b(?:or\((?:[^()]|\([^()]*\))*\)|(?<!or\([^)]*)(?:eq|gt|isNull)\(\w+\.(?:state|\w+_at)\b[^()]*\))/g

export function isQueryBuilder({ guard }: Guard): boolean {
  return /^(eq|gt|isNull|or)\(/.test(guard)
}

interface Span {
  from: number
  to: number
}

/** Template literals of a file, nested ones within. */
function templates(source: string): Span[] {
  return [...source.matchAll(/`[^`]*`/g)].map(({ index, 0: text }) => ({
    from: index + 1,
    to: index + text.length - 1,
  }))
}

const WORD =
  /\b(?:WHERE|AND|OR|ON|JOIN|CROSS|FROM|GROUP|ORDER|LIMIT|RETURNING|HAVING|UNION|SELECT|UPDATE|INSERT|SET|CASE|THEN|ELSE|END|WHEN|BETWEEN|AS)\b|[(),]/g

/** A template that only holds conditions begins with one. */
const IS_CONDITION = /^(NOT |\(?[a-z_.]+ (=|IN|IS|<|>|NOT IN) |EXISTS)/

/** Conditions behind WHERE and AND, up to the word or bracket that ends them. */
function conditions(source: string, from: number, to: number): Span[] {
  const found: Span[] = []
  const text = source.slice(from, to)
  if (IS_CONDITION.test(text)) add(0)
  for (const { index, 0: word } of text.matchAll(WORD)) {
    if (word === 'WHERE' || (word === 'AND' && !ofBetween(text, index))) add(index + word.length)
  }
  return found

  function add(at: number): void {
    const start = at + (/^\s*/.exec(text.slice(at))?.[0].length ?? 0)
    const end = endOf(text, start)
    const length = text.slice(start, end).trimEnd().length
    if (length > 0) found.push({ from: from + start, to: from + start + length })
  }
}

function ofBetween(text: string, and: number): boolean {
  const before = text.slice(0, and)
  return /BETWEEN\s+\S+\s+$/.test(before)
}

/** Where a condition ends: at a bracket that it did not open, or a word outside of its own. */
function endOf(text: string, start: number): number {
  let depth = 0
  let between = false
  for (const { index, 0: word } of text.matchAll(WORD)) {
    if (index < start) continue
    if (word === '(') depth += 1
    else if (word === ')') {
      if (depth === 0) return index
      depth -= 1
    } else if (depth === 0) {
      if (word === 'BETWEEN') between = true
      else if (word === 'AND' && between) between = false
      else return index
    }
  }
  return text.length
}
