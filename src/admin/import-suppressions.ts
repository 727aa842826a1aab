import { createRoute } from '@hono/zod-openapi'
import { addSuppressions } from '../db/suppressions/change-suppressions.ts'
import type { NewSuppression } from '../db/suppressions/suppression.ts'
import {
  type ParsedSuppression,
  suppressionColumns,
  suppressionJson,
  suppressionRecord,
} from '../domain/suppression-line.ts'
import { answered } from '../http/answered.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { inflatedText } from '../http/inflated.ts'
import { lineReader, type UploadedLine } from '../http/uploaded-lines.ts'
import type { AdminDeps } from './deps.ts'
import { newSuppression } from './new-suppression.ts'
import { importSchema } from './suppression-schema.ts'

const MAX_BYTES = 256 * 1024 ** 2
/** A chunk of 1,000 takes five of the 1,000 queries that D1 grants an invocation. */
const CHUNK = 1000
const MAX_LINES = 150_000
/** So many invalid lines are told one by one; all are counted. */
const LISTED = 1000

const route = createRoute({
  method: 'post',
  path: '/suppressions/import',
  summary: 'Take suppressions over, up to 150,000 a request; repeating it changes nothing',
  request: {
    body: {
      content: {
        'text/csv': { schema: { type: 'string' } },
        'application/x-ndjson': { schema: { type: 'string' } },
      },
    },
  },
  responses: { 200: answered('What was taken, and what was not', importSchema) },
})

interface Import {
  added: number
  known: number
  invalid: { count: number; lines: { line: number; reason: string }[] }
}

export function importSuppressions(deps: AdminDeps): Endpoint {
  return { route, asks: 'all', answer }

  async function answer(c: ApiContext): Promise<string> {
    const reader = lineReader(c.req.header('content-type'), {
      json: suppressionJson,
      columns: suppressionColumns,
      record: suppressionRecord,
    })
    const taken: Import = { added: 0, known: 0, invalid: { count: 0, lines: [] } }
    let chunk = new Map<string, NewSuppression>()
    for await (const text of inflatedText(c.req.raw, { bytes: MAX_BYTES, lines: MAX_LINES })) {
      await take(reader.read(text))
    }
    await take(reader.end())
    await flush()
    const { added, known, invalid } = taken
    console.info('suppressions imported', { added, known, invalid: invalid.count })
    return JSON.stringify({ object: 'import', ...taken })

    async function take(lines: UploadedLine<ParsedSuppression>[]): Promise<void> {
      for (const { line, parsed } of lines) {
        if ('fault' in parsed) {
          refuse(line, parsed.fault)
          continue
        }
        const { address } = parsed.suppression
        if (chunk.has(address)) taken.known += 1
        else chunk.set(address, await newSuppression(parsed.suppression, deps.now()))
        if (chunk.size === CHUNK) await flush()
      }
    }

    function refuse(line: number, reason: string): void {
      taken.invalid.count += 1
      if (taken.invalid.lines.length < LISTED) taken.invalid.lines.push({ line, reason })
    }

    async function flush(): Promise<void> {
      if (chunk.size === 0) return
      const change = { now: deps.now(), mirror: deps.settings.mirrorSuppressions }
      const { added } = await addSuppressions(deps.db, [...chunk.values()], change)
      taken.added += added
      taken.known += chunk.size - added
      chunk = new Map()
    }
  }
}
