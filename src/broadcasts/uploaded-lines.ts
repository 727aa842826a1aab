import { type CsvReader, csvReader, type CsvRecord } from '../domain/csv-records.ts'
import {
  type Columns,
  csvColumns,
  csvRecipient,
  jsonLine,
  type ParsedLine,
} from '../domain/recipient-line.ts'
import { ApiError } from '../http/errors.ts'

export interface UploadedLine {
  /** From 1, as an editor counts. */
  line: number
  parsed: ParsedLine
}

export interface LineReader {
  read(text: string): UploadedLine[]
  end(): UploadedLine[]
}

/** Of one line: a recipient's variables are at most 64 KB. */
const MAX_LINE = 100_000

/** One JSON object a line; empty lines are none. */
export function jsonLines(): LineReader {
  let rest = ''
  let line = 0
  return {
    read(text) {
      rest += text
      const lines = rest.split('\n')
      rest = lines.pop() ?? ''
      const found = lines.flatMap(parsed)
      if (rest.length > MAX_LINE) rest = rest.slice(0, MAX_LINE + 1)
      return found
    },
    end: () => parsed(rest),
  }

  function parsed(text: string): UploadedLine[] {
    line += 1
    if (text.length > MAX_LINE) {
      return [{ line, parsed: { fault: `it is longer than ${MAX_LINE} characters` } }]
    }
    return text.trim() === '' ? [] : [{ line, parsed: jsonLine(text) }]
  }
}

/** A header row, then one recipient a record. Throws an ApiError for a header that names no email. */
export function csvLines(): LineReader {
  let header = ''
  let reader: CsvReader | null = null
  let columns: Columns | null = null
  return {
    read(text) {
      if (reader !== null) return reader.read(text).flatMap(parsed)
      header += text
      if (header.length > MAX_LINE && !header.includes('\n')) {
        throw faultyHeader('The header row does not end.')
      }
      return header.includes('\n') ? begin().read(header).flatMap(parsed) : []
    },
    end() {
      const last = reader?.end() ?? [...begin().read(header), ...begin().end()]
      return last.flatMap(parsed)
    },
  }

  function begin(): CsvReader {
    reader ??= csvReader(delimiterOf(header))
    return reader
  }

  function parsed({ line, cells, fault }: CsvRecord): UploadedLine[] {
    if (columns === null) {
      const read = fault === null ? csvColumns(cells) : { fault: `The header row: ${fault}.` }
      if ('fault' in read) throw faultyHeader(read.fault)
      columns = read
      return []
    }
    return [{ line, parsed: fault === null ? csvRecipient(cells, columns) : { fault } }]
  }
}

/** JSON if the text begins as an object does, else CSV. */
export function linesOfEither(): LineReader {
  let reader: LineReader | null = null
  return {
    read(text) {
      reader ??= text.trimStart().startsWith('{') ? jsonLines() : csvLines()
      return reader.read(text)
    },
    end: () => reader?.end() ?? [],
  }
}

/** Spreadsheets of half the world write semicolons. */
function delimiterOf(text: string): string {
  const [header = ''] = text.split('\n', 1)
  return [',', ';', '\t'].find((each) => header.includes(each)) ?? ','
}

function faultyHeader(fault: string): ApiError {
  return new ApiError(422, 'validation_error', fault)
}
