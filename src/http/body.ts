import { toHex } from '../domain/sha256.ts'
import { ApiError } from './errors.ts'
import { exceededBound } from './json-bounds.ts'

export interface JsonBody {
  json: unknown
  /** SHA-256 of the bytes as sent, hex. */
  digest: string
}

const BOUNDS = { depth: 32, containers: 100_000, strings: 500_000, values: 9_000_000 }

/**
 * A JSON body, its bytes counted while they are read, whatever Content-Length says. Text and digest
 * are made chunk by chunk, so that a large body is held once.
 */
export async function readJson(request: Request, maxBytes: number): Promise<JsonBody> {
  const { text, digest } = await readText(request, maxBytes)
  const exceeded = exceededBound(text, BOUNDS)
  if (exceeded !== null) throw notJson(`It exceeds the ${exceeded} of any request.`)
  const json = parse(text)
  if (SURROGATE.test(text) && !isWellFormed(json)) throw notJson('It is not valid Unicode.')
  return { json, digest }
}

/** Half of a surrogate pair survives JSON.parse, but neither SQLite nor mail can carry it. */
const SURROGATE = /\\u[dD][89a-fA-F]/

function isWellFormed(json: unknown): boolean {
  if (typeof json === 'string') return json.isWellFormed()
  if (Array.isArray(json)) return json.every(isWellFormed)
  if (typeof json !== 'object' || json === null) return true
  return Object.entries(json).every(([key, value]) => key.isWellFormed() && isWellFormed(value))
}

async function readText(
  request: Request,
  maxBytes: number,
): Promise<{ text: string; digest: string }> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })
  const hash = new crypto.DigestStream('SHA-256')
  const writer = hash.getWriter()
  let text = ''
  let size = 0
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength
    if (size > maxBytes) {
      throw new ApiError(413, 'validation_error', `The body is larger than ${maxBytes} bytes.`)
    }
    await writer.write(chunk)
    text += decoded(decoder, chunk)
  }
  text += decoded(decoder)
  await writer.close()
  return { text, digest: toHex(await hash.digest) }
}

function decoded(decoder: TextDecoder, chunk?: Uint8Array): string {
  try {
    return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true })
  } catch {
    throw notJson('It is not valid UTF-8.')
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw notJson(text.trim() === '' ? 'It is empty.' : 'It cannot be parsed.')
  }
}

function notJson(why: string): ApiError {
  return new ApiError(400, 'validation_error', `The body is not a JSON document to work on. ${why}`)
}
