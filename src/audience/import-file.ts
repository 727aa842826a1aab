import { Buffer } from 'node:buffer'
import { erasedFinder } from '../db/audience/erased.ts'
import { importContacts, type ImportRow, type ImportRules } from '../db/audience/import-contacts.ts'
import { type ImportCounts, noteImport } from '../db/audience/imports.ts'
import { csvDelimiter } from '../domain/csv-delimiter.ts'
import { type CsvReader, csvReader, type CsvRecord } from '../domain/csv-records.ts'
import { uuidv7 } from '../domain/id.ts'
import { importedContact, type ImportColumns } from '../domain/import-line.ts'
import type { AudienceDeps } from './deps.ts'

/** A chunk becomes one JSON parameter, below D1's 2 MB. */
const CHUNK_CONTACTS = 5000
const CHUNK_BYTES = 1_200_000
/** Id, keys and quotes of a contact within it. */
const BYTES_AROUND = 200
/** So many lines that failed are told one by one; all are counted. */
const LISTED = 100
/** Ten queries a chunk at most, of the 1,000 that D1 grants an invocation. */
const MAX_CHUNKS = 90

export interface ImportProgress {
  counts: ImportCounts
  faults: { line: number; reason: string }[]
}

/**
 * Reads a CSV piece by piece and writes it chunk by chunk, so that only a chunk is held. Throws when
 * its header row has a fault (an `ImportFault`), or D1 is away: what was written by then stays, and the
 * same file may come again.
 */
export async function importFile(
  texts: AsyncIterable<string>,
  { id, rules, columnsOf }: Import,
  progress: ImportProgress,
  deps: AudienceDeps,
): Promise<void> {
  const { counts, faults } = progress
  let reader: CsvReader | null = null
  let columns: ImportColumns | null = null
  let chunk = new Map<string, ImportRow>()
  let bytes = 0
  let chunks = 0
  const erasedAmong = erasedFinder(deps.db, deps.addressHash)
  for await (const text of texts) {
    reader ??= csvReader(csvDelimiter(text))
    await take(reader.read(text))
  }
  await take(reader?.end() ?? [])
  if (columns === null) throw new ImportFault('The file is empty.')
  await flush()

  async function take(records: CsvRecord[]): Promise<void> {
    for (const { line, cells, fault } of records) {
      if (columns === null) {
        const read = fault === null ? columnsOf(cells) : { fault: `The header row: ${fault}.` }
        if ('fault' in read) throw new ImportFault(read.fault)
        columns = read
        continue
      }
      counts.total += 1
      const parsed = fault === null ? importedContact(cells, columns) : { fault }
      if ('fault' in parsed) fail(line, parsed.fault)
      else add({ id: uuidv7(deps.now(), counts.total, deps.random(8)), ...parsed.contact })
      if (chunk.size >= CHUNK_CONTACTS || bytes >= CHUNK_BYTES) await flush()
    }
  }

  function fail(line: number | null, reason: string): void {
    counts.failed += 1
    if (line !== null && faults.length < LISTED) faults.push({ line, reason })
  }

  /** The later of two lines goes over the earlier, as it would between two imports. */
  function add(row: ImportRow): void {
    const before = chunk.get(row.address)
    if (before === undefined) {
      chunk.set(row.address, row)
      bytes += BYTES_AROUND + 2 * Buffer.byteLength(JSON.stringify(row))
      return
    }
    counts.skipped += 1
    if (!rules.isUpsert) return
    before.first_name = row.first_name ?? before.first_name
    before.last_name = row.last_name ?? before.last_name
    before.unsubscribed ||= row.unsubscribed
    Object.assign(before.properties, row.properties)
  }

  async function flush(): Promise<void> {
    if (chunk.size === 0) return
    if (chunks === MAX_CHUNKS) {
      throw new ImportFault('It is more than one import may bring; send the rest with another one.')
    }
    chunks += 1
    const addresses = [...chunk.keys()]
    for (const address of await erasedAmong(addresses)) {
      chunk.delete(address)
      fail(null, 'erased')
    }
    const rows = [...chunk.values()]
    chunk = new Map()
    bytes = 0
    const { created, updated } = await importContacts(deps.db, rows, rules, deps.now())
    counts.created += created
    counts.updated += updated
    counts.skipped += rows.length - created - updated
    await noteImport(deps.db, id, progress, deps.now())
  }
}

export interface Import {
  id: string
  rules: ImportRules
  columnsOf: (header: string[]) => ImportColumns | { fault: string }
}

/** What is wrong with the file, told to who sent it. */
export class ImportFault extends Error {}
