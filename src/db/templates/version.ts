import type { TemplateVariable } from '../../domain/template-variables.ts'

/** What a template says: what its author wrote, addresses as headers carry them. */
export interface TemplateContent {
  sender: string | null
  reply_to: string[]
  subject: string | null
  html: string
  /** Null: made from the html; empty: none. */
  text: string | null
  variables: TemplateVariable[]
}

export interface TemplateVersion extends TemplateContent {
  id: string
  created_at: number
  updated_at: number
  published_at: number | null
}

export interface VersionRow {
  id: string
  sender: string | null
  reply_to: string
  subject: string | null
  html: string
  text: string | null
  variables: string
  created_at: number
  updated_at: number
  published_at: number | null
}

export const VERSION_COLUMNS =
  'v.id, v.sender, v.reply_to, v.subject, v.html, v.text, v.variables, v.created_at, v.updated_at, v.published_at'

/** The lists were written by us as JSON of these very shapes. */
export function versionOf(row: VersionRow): TemplateVersion {
  const replyTo: string[] = JSON.parse(row.reply_to)
  const variables: TemplateVariable[] = JSON.parse(row.variables)
  const { id, sender, subject, html, text, created_at, updated_at, published_at } = row
  return {
    id,
    sender,
    reply_to: replyTo,
    subject,
    html,
    text,
    variables,
    created_at,
    updated_at,
    published_at,
  }
}
