import { z } from '@hono/zod-openapi'
import { readCapped } from '../aws/capped.ts'
import type { ColumnMap } from '../domain/import-line.ts'
import { ApiError, invalidField, missingField } from '../http/errors.ts'
import { schemaFault } from '../http/field-path.ts'
import { topicsField } from './audience-schema.ts'

/** Some 400,000 contacts. Clients send the file before what to do with it, so it is held until then. */
const MAX_BYTES = 32 * 1024 * 1024

const column = z.string().nullish()
const columnMap = z.object({
  email: column,
  first_name: column,
  last_name: column,
  unsubscribed: column,
  properties: z
    .record(
      z.string(),
      z.object({ column: z.string(), type: z.enum(['string', 'number', 'boolean']).nullish() }),
    )
    .nullish(),
})
const fields = z.object({
  column_map: columnMap.nullable(),
  on_conflict: z.enum(['skip', 'upsert']),
  segments: z.array(z.union([z.string(), z.object({ id: z.string() })])).max(100),
  topics: topicsField,
})

export interface ImportForm extends Omit<z.infer<typeof fields>, 'column_map'> {
  file: Blob
  column_map: ColumnMap | null
}

/** The parts of a multipart request. Throws an ApiError for what cannot be read or is too large. */
export async function readImportForm(request: Request): Promise<ImportForm> {
  const type = request.headers.get('content-type') ?? ''
  if (!/^\s*multipart\/form-data\b/i.test(type)) {
    throw new ApiError(422, 'validation_error', 'Send the file as `multipart/form-data`.')
  }
  const bytes = await readCapped(request.body, MAX_BYTES)
  if (bytes === null) {
    throw new ApiError(413, 'validation_error', `The body is larger than ${MAX_BYTES} bytes.`)
  }
  const form = await formOf(bytes, type)
  const file = form.get('file')
  if (file === null) throw missingField('file')
  const parsed = fields.safeParse({
    column_map: jsonPart(form, 'column_map', null),
    on_conflict: form.get('on_conflict') ?? 'skip',
    segments: jsonPart(form, 'segments', []),
    topics: jsonPart(form, 'topics', []),
  })
  if (!parsed.success) throw schemaFault(parsed.error)
  return { file: typeof file === 'string' ? new Blob([file]) : file, ...parsed.data }
}

async function formOf(bytes: Uint8Array, type: string): Promise<FormData> {
  try {
    return await new Response(bytes, { headers: { 'content-type': type } }).formData()
  } catch {
    throw new ApiError(400, 'validation_error', 'The body cannot be read as `multipart/form-data`.')
  }
}

function jsonPart(form: FormData, name: string, otherwise: unknown): unknown {
  const part = form.get(name)
  if (part === null || part === '') return otherwise
  if (typeof part !== 'string') throw invalidField(name, 'It is a file.')
  try {
    const json: unknown = JSON.parse(part)
    return json ?? otherwise
  } catch {
    throw invalidField(name, 'It is not JSON.')
  }
}
