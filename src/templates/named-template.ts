import { readTemplate, readVersion, type TemplateRow } from '../db/templates/read-templates.ts'
import type { TemplateVersion } from '../db/templates/version.ts'
import { UUID } from '../domain/id.ts'
import type { ApiContext } from '../http/endpoint.ts'
import { type ApiError, invalidField, notFound } from '../http/errors.ts'

/** The template that the path names, by id or alias. */
export async function namedTemplate(c: ApiContext, db: D1Database): Promise<TemplateRow> {
  const given = c.req.param('id') ?? ''
  const id = given.toLowerCase()
  const row = await readTemplate(db, UUID.test(id) ? id : given)
  if (row === null) throw notFound('Template')
  return row
}

/** With its current version. */
export async function wholeTemplate(
  c: ApiContext,
  db: D1Database,
): Promise<{ row: TemplateRow; version: TemplateVersion }> {
  const row = await namedTemplate(c, db)
  const version = await readVersion(db, row.id, row.current_version_id)
  // It was deleted between our two looks.
  if (version === null) throw notFound('Template')
  return { row, version }
}

export function aliasTaken(): ApiError {
  return invalidField('alias', 'Another template has this alias.')
}

/** The row changed between our look and the write. */
export function changedMeanwhile(): ApiError {
  return invalidField('id', 'The template was changed at the same moment: please try again.')
}
