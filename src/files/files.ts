import { Buffer } from 'node:buffer'

/** R2 takes and lists at most this many keys a call. */
const MAX_KEYS = 1000

/** Attachments and large bodies. Keys come from domain/content-file.ts. */
export interface Files {
  put(key: string, content: Uint8Array | string): Promise<void>
  /** Throws when the file is not there. */
  readText(key: string): Promise<string>
  /** Throws when the file is not there. */
  readBase64(key: string): Promise<string>
  /** Null when the file is not there. */
  stream(key: string): Promise<ReadableStream | null>
  /** Throws when the file is not there. */
  copy(from: string, to: string): Promise<void>
  remove(keys: string[]): Promise<void>
  /** Keys after `startAfter` in their order, at most a thousand. */
  list(startAfter: string): Promise<string[]>
}

export function fileStore(bucket: R2Bucket): Files {
  async function read(key: string): Promise<R2ObjectBody> {
    const file = await bucket.get(key)
    if (file === null) throw new Error(`the file ${key} is missing`)
    return file
  }
  return {
    async put(key, content) {
      await bucket.put(key, content)
    },
    readText: async (key) => await (await read(key)).text(),
    async readBase64(key) {
      return Buffer.from(await (await read(key)).arrayBuffer()).toString('base64')
    },
    stream: async (key) => (await bucket.get(key))?.body ?? null,
    async copy(from, to) {
      await bucket.put(to, (await read(from)).body)
    },
    async remove(keys) {
      for (let start = 0; start < keys.length; start += MAX_KEYS) {
        await bucket.delete(keys.slice(start, start + MAX_KEYS))
      }
    },
    async list(startAfter) {
      const { objects } = await bucket.list({ startAfter, limit: MAX_KEYS })
      return objects.map(({ key }) => key)
    },
  }
}
