import { createRoute, z } from '@hono/zod-openapi'
import {
  type ContactImport,
  IMPORT_STATUSES,
  insertImport,
  type ImportStatus,
  listImports,
  noteImport,
  readImport,
} from '../db/audience/imports.ts'
import { declaredProperties } from '../db/audience/properties.ts'
import { importColumns } from '../domain/import-line.ts'
import { answered, timeField } from '../http/answered.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { ApiError, invalidParameter, notFound } from '../http/errors.ts'
import { iso, isoOrNull } from '../http/iso.ts'
import { listOf, pageQuery } from '../http/list-schema.ts'
import { pageOf } from '../http/page.ts'
import { pathId } from '../http/path-id.ts'
import { idParam } from './audience-schema.ts'
import type { AudienceDeps } from './deps.ts'
import { importFile, ImportFault, type ImportProgress } from './import-file.ts'
import { readImportForm } from './import-form.ts'
import { newId } from './new-id.ts'
import { parseSegments, parseTopics } from './parse-contact.ts'

const count = z.int().min(0)
const importId = z.object({ object: z.literal('contact_import'), id: z.uuid() })
const importSchema = importId.extend({
  status: z.enum(IMPORT_STATUSES),
  created_at: timeField,
  completed_at: timeField.nullable(),
  counts: z.object({ total: count, created: count, updated: count, skipped: count, failed: count }),
  failure: z.string().nullable(),
  faults: z.array(z.object({ line: count, reason: z.string() })),
})

const json = z.string().optional().openapi({ description: 'JSON' })
const form = z.object({
  file: z.string().openapi({ format: 'binary', description: 'CSV with a header row' }),
  column_map: json,
  on_conflict: z.enum(['skip', 'upsert']).optional(),
  segments: json,
  topics: json,
})

export function postImports(deps: AudienceDeps): Endpoint {
  return {
    route: createRoute({
      method: 'post',
      path: '/contacts/imports',
      summary: 'Import contacts from a CSV; it is done when this answers',
      request: { body: { content: { 'multipart/form-data': { schema: form } } } },
      responses: { 201: answered('Imported', importId) },
    }),
    asks: 'all',
    status: 201,
    async answer(c) {
      const { db, now } = deps
      const given = await readImportForm(c.req.raw)
      const rules = {
        isUpsert: given.on_conflict === 'upsert',
        segments: await parseSegments(given.segments, db),
        topics: await parseTopics(given.topics, db),
      }
      const declared = new Map(
        [...(await declaredProperties(db))].map(([key, { type }]) => [key, type] as const),
      )
      const id = newId(deps)
      await insertImport(db, id, now())
      const progress: ImportProgress = {
        counts: { total: 0, created: 0, updated: 0, skipped: 0, failed: 0 },
        faults: [],
      }
      const columnsOf = (header: string[]) => importColumns(header, given.column_map, declared)
      try {
        await importFile(textOf(given.file), { id, rules, columnsOf }, progress, deps)
      } catch (error) {
        const fault = error instanceof ImportFault ? error.message : null
        await noteImport(db, id, progress, now(), { failure: fault ?? 'It could not be written.' })
        console.warn('import failed', { importId: id, ...progress.counts, reason: String(error) })
        throw fault === null ? error : new ApiError(422, 'validation_error', fault)
      }
      await noteImport(db, id, progress, now(), { failure: null })
      console.info('contacts imported', { importId: id, ...progress.counts })
      return JSON.stringify({ object: 'contact_import', id })
    },
  }
}

export function getImports(deps: AudienceDeps): Endpoint {
  return {
    route: createRoute({
      method: 'get',
      path: '/contacts/imports',
      summary: 'Imports, newest first',
      request: { query: pageQuery.extend({ status: z.enum(IMPORT_STATUSES).optional() }) },
      responses: { 200: answered('A page of imports', listOf(importSchema)) },
    }),
    asks: 'all',
    async answer(c) {
      const query = c.req.query()
      const page = { ...pageOf(query), status: statusOf(query['status']) }
      const { imports, hasMore } = await listImports(deps.db, page, deps.now())
      const data = imports.map(importAnswer)
      return JSON.stringify({ object: 'list', has_more: hasMore, data })
    },
  }
}

export function getImport(deps: AudienceDeps): Endpoint {
  return {
    route: createRoute({
      method: 'get',
      path: '/contacts/imports/{id}',
      summary: 'What came of an import',
      request: { params: idParam },
      responses: { 200: answered('The import', importSchema) },
    }),
    asks: 'all',
    async answer(c) {
      const id = pathId(c.req.param('id'), 'Contact import')
      const found = await readImport(deps.db, id, deps.now())
      if (found === null) throw notFound('Contact import')
      return JSON.stringify(importAnswer(found))
    },
  }
}

async function* textOf(file: Blob): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })
  const decoded = (chunk?: Uint8Array) => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined })
    } catch {
      throw new ImportFault('The file is not UTF-8.')
    }
  }
  // A file of one long chunk would be lines all at once.
  const piece = 256 * 1024
  for (let at = 0; at < file.size; at += piece) {
    const bytes = await file.slice(at, at + piece).arrayBuffer()
    yield decoded(new Uint8Array(bytes))
  }
  yield decoded()
}

function importAnswer(found: ContactImport): object {
  const { id, status, total, created, updated, skipped, failed, failure } = found
  const faults: object[] = JSON.parse(found.faults)
  return {
    object: 'contact_import',
    id,
    status,
    created_at: iso(found.created_at),
    completed_at: isoOrNull(found.completed_at),
    counts: { total, created, updated, skipped, failed },
    failure,
    faults,
  }
}

function statusOf(given: string | undefined): ImportStatus | null {
  if (given === undefined || given === '') return null
  const status = IMPORT_STATUSES.find((each) => each === given)
  if (status !== undefined) return status
  throw invalidParameter('status', `One of ${IMPORT_STATUSES.join(', ')}.`)
}
