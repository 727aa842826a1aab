import { closeSync, ftruncateSync, openSync, readFileSync, readSync, writeSync } from 'node:fs'

const FLUSH_MS = 5

/** An append-only file of JSON lines. What is flushed outlives every process but the machine. */
export class Journal {
  readonly #file: number
  #lines: string[] = []
  #timer: NodeJS.Timeout | null = null

  constructor(path: string) {
    this.#file = openSync(path, 'a+')
  }

  /** Written within a few milliseconds, or at the next flush. */
  append(line: object): void {
    this.#lines.push(JSON.stringify(line))
    this.#timer ??= setTimeout(() => this.flush(), FLUSH_MS)
  }

  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    if (this.#lines.length === 0) return
    writeSync(this.#file, `${this.#lines.join('\n')}\n`)
    this.#lines = []
  }

  empty(): void {
    this.#lines = []
    ftruncateSync(this.#file)
  }

  close(): void {
    this.flush()
    closeSync(this.#file)
  }
}

/** The lines of a journal; the last one may be torn and is then left out. */
export function readJournal(path: string): unknown[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line, index, all) => {
      try {
        return [JSON.parse(line)]
      } catch (error) {
        if (index === all.length - 1) return []
        throw error
      }
    })
}

/** Requests as they came, one after the other; found again by where they lie. */
export class Bodies {
  readonly #file: number
  #end: number

  constructor(path: string, end: number) {
    this.#file = openSync(path, 'a+')
    this.#end = end
  }

  /** Where it lies. */
  append(body: Uint8Array): number {
    const offset = this.#end
    let written = 0
    while (written < body.length) written += writeSync(this.#file, body, written)
    this.#end += body.length
    return offset
  }

  read(offset: number, length: number): Uint8Array {
    const body = new Uint8Array(length)
    let read = 0
    while (read < length) {
      const count = readSync(this.#file, body, read, length - read, offset + read)
      if (count === 0) throw new Error('The simulator has lost a part of its bodies file')
      read += count
    }
    return body
  }

  empty(): void {
    ftruncateSync(this.#file)
    this.#end = 0
  }

  close(): void {
    closeSync(this.#file)
  }
}
