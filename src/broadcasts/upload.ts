import { Buffer } from 'node:buffer'
import { uploadRecipients, type UploadedRecipient } from '../db/broadcasts/upload-recipients.ts'
import { erasedFinder } from '../db/audience/erased.ts'
import type { ParsedLine } from '../domain/recipient-line.ts'
import type { BroadcastDeps } from './deps.ts'
import type { LineReader, UploadedLine } from '../http/uploaded-lines.ts'

/** A chunk becomes one JSON parameter, below D1's 2 MB. */
const CHUNK_RECIPIENTS = 5000
const CHUNK_BYTES = 1_400_000
/** Id, keys and quotes of a recipient within it. */
const BYTES_AROUND = 100
/** Five queries each, of the 1,000 that D1 grants an invocation. */
const MAX_CHUNKS = 190
const MAX_LINES = 250_000
/** So many invalid lines are told one by one; all are counted. */
const LISTED = 1000

export interface Upload {
  /** Recipients that were not there before. */
  accepted: number
  /** Lines that say what was said before. */
  duplicates: number
  /** Lines that gave a recipient another name or other variables. */
  replaced: number
  invalid: { count: number; lines: { line: number; reason: string }[] }
  /** Addresses whose place another one has: not taken. */
  collided: string[]
  /** People who were erased: not taken. */
  erased: number
  /** Lines read and, where they are valid, written. */
  lines: number
}

/** `closed`: the broadcast left draft; `too long`: the rest was not read. Both after `lines` lines. */
export type UploadEnd = 'whole' | 'closed' | 'too long'

/**
 * Writes a chunk while the next one is read and parsed, so that memory stays flat and neither the
 * caller nor D1 waits for the other. Throws when the text cannot be read or D1 is away: what was
 * written by then stays, and repeating the upload changes nothing of it.
 */
export async function upload(
  texts: AsyncIterable<string>,
  reader: LineReader<ParsedLine>,
  broadcastId: string,
  { db, addressHash }: Pick<BroadcastDeps, 'db' | 'addressHash'>,
): Promise<{ upload: Upload; end: UploadEnd }> {
  const upload: Upload = {
    accepted: 0,
    duplicates: 0,
    replaced: 0,
    invalid: { count: 0, lines: [] },
    collided: [],
    erased: 0,
    lines: 0,
  }
  let chunk = new Map<string, UploadedRecipient>()
  let bytes = 0
  let read = 0
  let chunks = 0
  let writing: Promise<boolean> = Promise.resolve(true)
  let end: UploadEnd = 'whole'
  const erasedAmong = erasedFinder(db, addressHash)
  try {
    for await (const text of texts) if (!(await take(reader.read(text)))) break
    if (end === 'whole') await take(reader.end())
    if (end === 'whole') await flush()
  } finally {
    // What is on its way must neither be lost sight of nor fail unseen.
    if (!(await writing) && end === 'whole') end = 'closed'
  }
  return { upload, end }

  async function take(lines: UploadedLine<ParsedLine>[]): Promise<boolean> {
    for (const { line, parsed } of lines) {
      if (read === MAX_LINES || chunks === MAX_CHUNKS) {
        await flush()
        if (end === 'whole') end = 'too long'
        return false
      }
      read += 1
      if ('fault' in parsed) {
        upload.invalid.count += 1
        if (upload.invalid.lines.length < LISTED) {
          upload.invalid.lines.push({ line, reason: parsed.fault })
        }
        continue
      }
      add(parsed.recipient)
      if (chunk.size < CHUNK_RECIPIENTS && bytes < CHUNK_BYTES) continue
      await flush()
      if (end !== 'whole') return false
    }
    return true
  }

  /** The later of two lines holds, as it would between two uploads. */
  function add(recipient: UploadedRecipient): void {
    const before = chunk.get(recipient.address)
    if (before === undefined) {
      bytes += BYTES_AROUND + jsonBytes(recipient)
    } else if (before.name === recipient.name && before.variables === recipient.variables) {
      upload.duplicates += 1
      return
    } else {
      upload.replaced += 1
    }
    chunk.set(recipient.address, recipient)
  }

  /** Hands the chunk over once the one before is written. */
  async function flush(): Promise<void> {
    if (!(await writing)) {
      end = 'closed'
      return
    }
    const recipients = [...chunk.values()]
    const upTo = read
    chunk = new Map()
    bytes = 0
    chunks += 1
    writing = write(recipients, upTo)
    // Awaited with the next chunk; until then a failure waits for it.
    writing.catch(() => {})
  }

  async function write(chosen: UploadedRecipient[], upTo: number): Promise<boolean> {
    const erased = await erasedAmong(chosen.map(({ address }) => address))
    const recipients = chosen.filter(({ address }) => !erased.has(address))
    upload.erased += erased.size
    if (recipients.length > 0) {
      const written = await uploadRecipients(db, broadcastId, recipients)
      if (written === null) return false
      const { added, replaced, collided } = written
      upload.accepted += added
      upload.replaced += replaced
      upload.duplicates += recipients.length - added - replaced - collided.length
      upload.collided.push(...collided)
    }
    upload.lines = upTo
    return true
  }
}

/** At most: every character of the variables' JSON may need an escape within the chunk's. */
function jsonBytes({ address, name, variables }: UploadedRecipient): number {
  const texts = [address, name ?? '', variables ?? '']
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text) + text.length, 0)
}
