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
    const next = await readable(() => chunks.next(), 'It cannot be inflated.')
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

function inflated(request: Request): ReadableStream<Uint8Array> {
  const body: ReadableStream<Uint8Array> = request.body ?? new Blob([]).stream()
  const encoding = request.headers.get('content-encoding')?.trim().toLowerCase() ?? 'identity'
  if (encoding === 'identity' || encoding === '') return body
  if (encoding === 'gzip') return body.pipeThrough(new DecompressionStream('gzip'))
  throw new ApiError(422, 'validation_error', 'Only `content-encoding: gzip` is inflated.')
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
