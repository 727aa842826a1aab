import { readPublished } from '../db/templates/read-published.ts'
import type { TemplateVersion } from '../db/templates/version.ts'
import { UUID } from '../domain/id.ts'
import { templateValues } from '../domain/template-variables.ts'
import { ApiError, invalidField, notFound } from '../http/errors.ts'
import type { Compiled, Parts } from '../template/compiled.ts'
import { storedTemplate } from '../template/stored-template.ts'

/** What an email has from its template; sender and Reply-To as headers carry them. */
export interface Filled {
  templateId: string
  sender: string | null
  replyTo: string[]
  /** Null: the template has none, or the email its own. */
  subject: string | null
  html: string | null
  text: string | null
}

export interface TemplateUse {
  /** Or alias. */
  id: string
  variables: Record<string, unknown>
  /** The email brings its subject: that of the template needs no values. */
  ownSubject: boolean
}

/** Throws an ApiError that says what is wrong with the template or the variables. */
export type FillTemplate = (use: TemplateUse) => Promise<Filled>

/** What the emails of one request may become together: protects the isolate's memory. */
const MAX_FILLED = 20_000_000

/** Of one request: a template that all its emails name is read and compiled once. */
export function templateFiller(db: D1Database, now: number): FillTemplate {
  const read = new Map<string, Promise<Template>>()
  let characters = 0

  return async ({ id: given, variables, ownSubject }) => {
    const id = UUID.test(given.toLowerCase()) ? given.toLowerCase() : given
    const known = read.get(id) ?? published(db, id)
    read.set(id, known)
    const template = await known
    const { version } = template
    const checked = templateValues(version.variables, variables)
    if ('fault' in checked) {
      throw invalidField(`template.variables.${named(checked.key)}`, checked.fault)
    }
    const parts = filled(compiled(template, ownSubject, now), checked.values)
    characters += (parts.html?.length ?? 0) + (parts.text?.length ?? 0)
    if (characters > MAX_FILLED) {
      throw invalidField(
        'template',
        'Filled in, the emails of this request are too large together.',
      )
    }
    return {
      templateId: template.id,
      sender: version.sender,
      replyTo: version.reply_to,
      subject: ownSubject || version.subject === null ? null : parts.subject,
      html: parts.html,
      text: parts.text,
    }
  }
}

interface Template {
  id: string
  version: TemplateVersion
  /** With its subject, and without. */
  compiled: Map<boolean, Compiled>
}

async function published(db: D1Database, id: string): Promise<Template> {
  const found = await readPublished(db, id)
  switch (found.type) {
    case 'published':
      return { id: found.templateId, version: found.version, compiled: new Map() }
    case 'unknown':
      throw notFound('Template')
    case 'only a draft':
      throw invalidField('template', 'The template is not published.')
    default:
      return found satisfies never
  }
}

function compiled({ version, ...template }: Template, ownSubject: boolean, now: number): Compiled {
  const known = template.compiled.get(ownSubject)
  if (known !== undefined) return known
  const compilation = storedTemplate(ownSubject ? { ...version, subject: null } : version, now)
  if (compilation.type === 'faulty') throw new TypeError('a stored template cannot be compiled')
  template.compiled.set(ownSubject, compilation.compiled)
  return compilation.compiled
}

function filled(template: Compiled, values: Record<string, unknown>): Parts {
  const whole = template.whole(values)
  switch (whole.type) {
    case 'rendered':
      return wellFormed(whole.parts)
    case 'missing': {
      const names = whole.names.map((name) => `\`${named(name)}\``).join(', ')
      throw invalidField(
        'template.variables',
        `Missing, and the template has no fallback: ${names}.`,
      )
    }
    case 'failed':
      throw new ApiError(
        422,
        'validation_error',
        `The template fails for these variables. \`${whole.part}\`: ${whole.message}`,
      )
    default:
      return whole satisfies never
  }
}

/** A filter can cut a character in half, and a value can hold a NUL: neither D1 nor mail carries them. */
function wellFormed({ subject, html, text }: Parts): Parts {
  for (const body of [html, text]) {
    if (body?.includes('\u0000') === true)
      throw invalidField('template.variables', 'One holds a NUL.')
  }
  return {
    subject: subject.toWellFormed(),
    html: html?.toWellFormed() ?? null,
    text: text?.toWellFormed() || null,
  }
}

/** A name is quoted only as far as it can stand in a message. */
function named(key: string): string {
  return key.replace(/[^!-~]/g, '?').slice(0, 100)
}
