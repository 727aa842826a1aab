import type { ListedVersion, TemplateRow } from '../db/templates/read-templates.ts'
import type { TemplateVersion } from '../db/templates/version.ts'
import { iso, isoOrNull } from '../http/iso.ts'
import { displayedHeader } from '../http/mailbox.ts'

/** A template within a list. */
export function listedAnswer(row: TemplateRow): object {
  return {
    id: row.id,
    name: row.name,
    alias: row.alias,
    status: row.published_version_id === null ? 'draft' : 'published',
    published_at: isoOrNull(row.published_at),
    created_at: iso(row.created_at),
    updated_at: iso(row.updated_at),
  }
}

/** With what its current version says, published or not. */
export function templateAnswer(row: TemplateRow, version: TemplateVersion): object {
  return {
    object: 'template',
    ...listedAnswer(row),
    current_version_id: row.current_version_id,
    has_unpublished_versions: row.current_version_id !== row.published_version_id,
    ...contentAnswer(version),
  }
}

/** A version within a list. `replaced`: it was published before the one that is now. */
export function listedVersion(version: ListedVersion, row: TemplateRow): object {
  const replaced = version.published_at === null ? 'draft' : 'replaced'
  return {
    id: version.id,
    subject: version.subject,
    status: version.id === row.published_version_id ? 'published' : replaced,
    published_at: isoOrNull(version.published_at),
    created_at: iso(version.created_at),
    updated_at: iso(version.updated_at),
  }
}

export function versionAnswer(row: TemplateRow, version: TemplateVersion): object {
  return {
    object: 'template_version',
    template_id: row.id,
    ...listedVersion(version, row),
    ...contentAnswer(version),
  }
}

function contentAnswer(version: TemplateVersion): object {
  const { sender, reply_to, subject, html, text, variables, created_at, updated_at } = version
  return {
    from: sender === null ? null : displayedHeader(sender),
    subject,
    reply_to: reply_to.length === 0 ? null : reply_to.map(displayedHeader),
    html,
    text,
    variables: variables.map((variable) => ({
      ...variable,
      created_at: iso(created_at),
      updated_at: iso(updated_at),
    })),
  }
}
