import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { ApiError } from './errors.ts'

/** However much arrives at once, no more of it is lines at a time. */
const PIECE = 256 * 1024

/**
 * The text of a request body, piece by piece, whatever its size; gzip is inflated first and the
 * bytes and line ends are counted after that. Throws an ApiError for what cannot be read or is too much.
 */
export async function* inflatedText(
  request: Request,
  max: { bytes: number; lines: number },
): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })
  let bytes = 0
  let lines = 0
  const chunks = inflated(request)[Symbol.asyncIterator]()
  for (;;) {
    const next = await readable(
      () => chunks.next(),
      'It is not whole gzip, or something stands behind it.',
    )
    if (next.done === true) break
    bytes += next.value.byteLength
    if (bytes > max.bytes) {
      throw new ApiError(413, 'validation_error', `The body is larger than ${max.bytes} bytes.`)
    }
    for (let at = 0; at < next.value.byteLength; at += PIECE) {
      const piece = next.value.subarray(at, at + PIECE)
      const text = await readable(() => decoder.decode(piece, { stream: true }), 'It is not UTF-8.')
      lines += lineEnds(text)
      if (lines > max.lines) {
        throw new ApiError(413, 'validation_error', `The body has more than ${max.lines} lines.`)
      }
      yield text
    }
  }
  yield await readable(() => decoder.decode(), 'It is not UTF-8.')
}

function inflated(request: Request): AsyncIterable<Uint8Array> {
  const body: ReadableStream<Uint8Array> = request.body ?? new Blob([]).stream()
  const encoding = request.headers.get('content-encoding')?.trim().toLowerCase() ?? 'identity'
  if (encoding === 'identity' || encoding === '') return body
  if (encoding === 'gzip') return gunzipped(body)
  throw new ApiError(422, 'validation_error', 'Only `content-encoding: gzip` is inflated.')
}

/** One member or several (RFC 1952 section 2.2), which DecompressionStream refuses, and nothing behind the last. */
async function* gunzipped(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let arrived = 0
  const gunzip = createGunzip({ chunkSize: PIECE })
  // A failure of the body reaches whoever reads what was inflated, and an end of the reading the body.
  pipeline(counted, gunzip, () => {})
  yield* gunzip
  // zlib takes a NUL behind a member for padding and reads no further.
  if (arrived > gunzip.bytesWritten) throw new Error('there is more behind the last member')

  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of body) {
      arrived += chunk.byteLength
      yield chunk
    }
  }
}

async function readable<T>(read: () => T | Promise<T>, fault: string): Promise<T> {
  try {
    return await read()
  } catch {
    throw new ApiError(400, 'validation_error', `The body cannot be read. ${fault}`)
  }
}

function lineEnds(text: string): number {
  let found = 0
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) found += 1
  return found
}
