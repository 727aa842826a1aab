export interface CsvRecord {
  /** Where it begins, from 1. */
  line: number
  cells: string[]
  /** Why it cannot be read, or null. */
  fault: string | null
}

export interface CsvReader {
  /** The records that this piece of text completes. */
  read(text: string): CsvRecord[]
  /** What the end of the text completes. */
  end(): CsvRecord[]
}

const MAX_RECORD = 100_000

/**
 * Reads CSV (RFC 4180: quoted cells may hold delimiters, quotes and line ends) piece by piece. The
 * known parsers want Node's streams, which cost more here than the parsing, or all of the text.
 */
export function csvReader(delimiter: string): CsvReader {
  let rest = ''
  let line = 1
  /** Within a record that is too long, and whether a quote of it is open. */
  let skipped: { open: boolean } | null = null
  return {
    read(text) {
      rest += text
      return records(false)
    },
    end: () => records(true),
  }

  function records(isEnd: boolean): CsvRecord[] {
    if (skipped !== null) skip(skipped)
    const found: CsvRecord[] = []
    let at = 0
    while (at < rest.length) {
      const record = recordAt(rest, at, delimiter, isEnd)
      if (record === null) break
      if (record.cells.length > 1 || record.cells[0] !== '' || record.fault !== null) {
        found.push({ line, cells: record.cells, fault: record.fault })
      }
      line += record.lines
      at = record.next
    }
    rest = rest.slice(at)
    // An open quote would gather the whole upload.
    if (rest.length <= MAX_RECORD) return found
    found.push({ line, cells: [], fault: `a quote is not closed within ${MAX_RECORD} characters` })
    skipped = { open: false }
    return [...found, ...records(isEnd)]
  }

  /** To the end of the record: what stands in a quoted cell is no record of its own. */
  function skip(within: { open: boolean }): void {
    for (const { 0: mark, index } of rest.matchAll(/["\n]/g)) {
      if (mark === '"') within.open = !within.open
      else {
        line += 1
        if (within.open) continue
        skipped = null
        rest = rest.slice(index + 1)
        return
      }
    }
    rest = ''
  }
}

interface Found {
  cells: string[]
  fault: string | null
  lines: number
  next: number
}

/** Null: the text ends before the record does. */
function recordAt(text: string, start: number, delimiter: string, isEnd: boolean): Found | null {
  const newline = text.indexOf('\n', start)
  const lineEnd = newline === -1 ? text.length : newline
  if (newline === -1 && !isEnd) return null
  const plain = text.slice(start, lineEnd)
  if (!plain.includes('"')) {
    return { cells: bare(plain).split(delimiter), fault: null, lines: 1, next: lineEnd + 1 }
  }
  return quotedRecord(text, start, delimiter, isEnd)
}

function quotedRecord(
  text: string,
  start: number,
  delimiter: string,
  isEnd: boolean,
): Found | null {
  const cells: string[] = []
  let fault: string | null = null
  let at = start
  for (;;) {
    let cell = ''
    const isQuoted = text[at] === '"'
    if (isQuoted) {
      const close = closingQuote(text, at + 1)
      if (close === -1) {
        if (!isEnd) return null
        const lines = count(text.slice(start)) + 1
        return { cells, fault: 'a quote is not closed', lines, next: text.length }
      }
      cell = text.slice(at + 1, close).replaceAll('""', '"')
      at = close + 1
    }
    const end = cellEnd(text, at, delimiter)
    if (end === text.length && !isEnd) return null
    const tail = bare(text.slice(at, end))
    if (isQuoted && tail !== '') fault = 'something follows a closing quote'
    cells.push(cell + tail)
    if (text[end] !== delimiter) {
      return { cells, fault, lines: count(text.slice(start, end)) + 1, next: end + 1 }
    }
    at = end + 1
  }
}

/** A doubled quote stands for one. */
function closingQuote(text: string, from: number): number {
  let at = text.indexOf('"', from)
  while (at !== -1 && text[at + 1] === '"') at = text.indexOf('"', at + 2)
  return at
}

function cellEnd(text: string, from: number, delimiter: string): number {
  let at = from
  while (at < text.length && text[at] !== delimiter && text[at] !== '\n') at++
  return at
}

function bare(text: string): string {
  return text.endsWith('\r') ? text.slice(0, -1) : text
}

function count(text: string): number {
  let lines = 0
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines++
  return lines
}
