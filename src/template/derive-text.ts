import { Tokenizer, type TopLevelToken, TypeGuards } from 'liquidjs'

/** What a reader without html sees; null when it cannot be told. */
export type ToText = (html: string) => string | null

/**
 * The tokens of a text template made from those of an html template: tags and outputs stand aside as
 * marks while the html around them becomes text. A tag whose mark is lost (outside the body, in an
 * attribute) comes back before the next one, so that blocks stay whole and assignments stay made.
 */
export function deriveText(tokens: TopLevelToken[], toText: ToText): TopLevelToken[] | null {
  const units: TopLevelToken[][] = []
  const html: (string | number)[] = []
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]
    if (token === undefined) break
    if (TypeGuards.isHTMLToken(token)) {
      html.push(token.getContent())
      continue
    }
    const unit = readUnit(tokens, at, toText)
    if (unit === null) return null
    at += unit.length - 1
    html.push(units.push(unit.tokens) - 1)
  }
  const marks = unusedMarks(html)
  const marked = html.map((each) => (typeof each === 'string' ? each : mark(each))).join('')
  const text = toText(marked)
  if (text === null) return null
  const anyMark = new RegExp(`[${marks.output}${marks.tag}](\\d+)${marks.end}`)
  return restored(withoutTagLines(text, marks).split(anyMark), units)

  function mark(number: number): string {
    return `${isTag(units[number]) ? marks.tag : marks.output}${number}${marks.end}`
  }
}

interface Marks {
  output: string
  tag: string
  end: string
}

/** A line of nothing but tags joins the one before it: without what they hold, it would be empty. */
function withoutTagLines(text: string, { tag, end }: Marks): string {
  const onlyTags = new RegExp(`^[^\\S\\n]*(?:${tag}\\d+${end}[^\\S\\n]*)+$`)
  const lines: string[] = []
  for (const line of text.split('\n')) {
    if (!onlyTags.test(line)) {
      lines.push(line)
      continue
    }
    while (lines.length > 0 && lines.at(-1)?.trim() === '') lines.pop()
    lines.push((lines.pop() ?? '') + line.trim())
  }
  return lines.join('\n')
}

/** One token, or a comment or capture with all inside: a capture's html is a piece of its own. */
function readUnit(
  tokens: TopLevelToken[],
  start: number,
  toText: ToText,
): { tokens: TopLevelToken[]; length: number } | null {
  const first = tokens[start]
  if (first === undefined) return null
  if (!TypeGuards.isTagToken(first)) return { tokens: [first], length: 1 }
  if (first.name !== 'capture' && first.name !== 'comment') return { tokens: [first], length: 1 }
  const end = tokens.findIndex(
    (token, at) => at > start && TypeGuards.isTagToken(token) && token.name === `end${first.name}`,
  )
  const last = tokens[end]
  if (last === undefined) return null
  const inside = first.name === 'comment' ? [] : deriveText(tokens.slice(start + 1, end), toText)
  return inside === null ? null : { tokens: [first, ...inside, last], length: end - start + 1 }
}

/** `split` holds texts at even places and, between them, numbers of units. */
function restored(split: string[], units: TopLevelToken[][]): TopLevelToken[] {
  const seen = new Set(split.filter((_, at) => at % 2 === 1).map(Number))
  const tokens: TopLevelToken[] = []
  let next = 0
  split.forEach((each, at) => {
    if (at % 2 === 0) {
      if (each !== '') tokens.push(textToken(each))
      return
    }
    const number = Number(each)
    lostBefore(number)
    tokens.push(...(units[number] ?? []))
  })
  lostBefore(units.length)
  return tokens

  function lostBefore(number: number): void {
    for (; next < number; next++) {
      const unit = units[next] ?? []
      if (!seen.has(next) && isTag(unit)) tokens.push(...unit)
    }
  }
}

/** Text that holds no template, whatever its characters. */
function textToken(text: string): TopLevelToken {
  return new Tokenizer(text).readHTMLToken([])
}

function isTag(unit: TopLevelToken[] | undefined): boolean {
  return unit?.[0] !== undefined && TypeGuards.isTagToken(unit[0])
}

/** Characters for private use that the html does not use itself. */
function unusedMarks(html: (string | number)[]): Marks {
  const used = new Set(html.join('').match(/[\ue000-\uf8ff]/g))
  const free: string[] = []
  for (let code = 0xe000; code <= 0xf8ff && free.length < 3; code++) {
    const char = String.fromCharCode(code)
    if (!used.has(char)) free.push(char)
  }
  const [output = '\ue000', tag = '\ue001', end = '\ue002'] = free
  return { output, tag, end }
}
