import { csvDelimiter } from '../domain/csv-delimiter.ts'
import { type CsvReader, csvReader, type CsvRecord } from '../domain/csv-records.ts'
import { ApiError } from './errors.ts'

type Fault = { fault: string }

/** How the lines of an upload are read: as JSON, or as records below a header row. */
export interface LineShape<Parsed, Columns extends object> {
  json(line: string): Parsed
  columns(header: string[]): Columns | Fault
  record(cells: string[], columns: Columns): Parsed
}

export interface UploadedLine<Parsed> {
  /** From 1, as an editor counts. */
  line: number
  parsed: Parsed | Fault
}

export interface LineReader<Parsed> {
  read(text: string): UploadedLine<Parsed>[]
  end(): UploadedLine<Parsed>[]
}

/** Of one line: a recipient's variables are at most 64 KB. */
const MAX_LINE = 100_000

/** What clients say when they were not told what to say is looked at instead. */
const UNSPECIFIC = new Set([
  '',
  'text/plain',
  'application/octet-stream',
  'application/x-www-form-urlencoded',
])

/** By the content type of the upload. Throws an ApiError for one that is neither NDJSON nor CSV. */
export function lineReader<Parsed, Columns extends object>(
  contentType: string | undefined,
  shape: LineShape<Parsed, Columns>,
): LineReader<Parsed> {
  const type = contentType?.split(';')[0]?.trim().toLowerCase() ?? ''
  if (type === 'text/csv' || type === 'application/csv') return csvLines(shape)
  if (/^application\/(x-ndjson|ndjson|jsonl|x-jsonlines|json)$/.test(type)) return jsonLines(shape)
  if (UNSPECIFIC.has(type)) return linesOfEither(shape)
  throw new ApiError(
    422,
    'validation_error',
    'Upload the lines as `application/x-ndjson` or `text/csv`.',
  )
}

/** One JSON object a line; empty lines are none. */
function jsonLines<Parsed>(shape: Pick<LineShape<Parsed, object>, 'json'>): LineReader<Parsed> {
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

  function parsed(text: string): UploadedLine<Parsed>[] {
    line += 1
    if (text.length > MAX_LINE) {
      return [{ line, parsed: { fault: `it is longer than ${MAX_LINE} characters` } }]
    }
    return text.trim() === '' ? [] : [{ line, parsed: shape.json(text) }]
  }
}

/** A header row, then one entry a record. Throws an ApiError for a header that says too little. */
function csvLines<Parsed, Columns extends object>(
  shape: LineShape<Parsed, Columns>,
): LineReader<Parsed> {
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
    reader ??= csvReader(csvDelimiter(header))
    return reader
  }

  function parsed({ line, cells, fault }: CsvRecord): UploadedLine<Parsed>[] {
    if (columns === null) {
      const read = fault === null ? shape.columns(cells) : { fault: `The header row: ${fault}.` }
      if ('fault' in read) throw faultyHeader(read.fault)
      columns = read
      return []
    }
    return [{ line, parsed: fault === null ? shape.record(cells, columns) : { fault } }]
  }
}

/** JSON if the text begins as an object does, else CSV. */
function linesOfEither<Parsed, Columns extends object>(
  shape: LineShape<Parsed, Columns>,
): LineReader<Parsed> {
  let reader: LineReader<Parsed> | null = null
  return {
    read(text) {
      reader ??= text.trimStart().startsWith('{') ? jsonLines(shape) : csvLines(shape)
      return reader.read(text)
    },
    end: () => reader?.end() ?? [],
  }
}

function faultyHeader(fault: string): ApiError {
  return new ApiError(422, 'validation_error', fault)
}
