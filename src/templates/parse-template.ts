import { Buffer } from 'node:buffer'
import type { TemplateContent } from '../db/templates/version.ts'
import { mailbox } from '../domain/encoded-word.ts'
import { UUID } from '../domain/id.ts'
import { isSingleLine } from '../domain/single-line.ts'
import {
  MAX_VARIABLES,
  type TemplateVariable,
  variableFault,
  variableKeyFault,
} from '../domain/template-variables.ts'
import { ApiError, invalidField, missingField } from '../http/errors.ts'
import { parseMailboxes, parseSender } from '../http/mailbox-fields.ts'
import { parseSubject } from '../http/subject.ts'
import { storedTemplate } from '../template/stored-template.ts'
import type { TemplateInput } from './template-schema.ts'

const MAX_NAME = 320
const ALIAS = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/
/** D1 takes a row of 2 MB; what is written of a template is far less than what SES takes. */
const MAX_CONTENT = 900_000

const EMPTY: TemplateContent = {
  sender: null,
  reply_to: [],
  subject: null,
  html: '',
  text: null,
  variables: [],
}

/** Throws an ApiError that names the field. */
export function parseContent(input: TemplateInput): TemplateContent {
  if (!input.html) throw missingField('html')
  return changedContent(EMPTY, input)
}

/** The content with those fields changed that the input names. */
export function changedContent(before: TemplateContent, input: TemplateInput): TemplateContent {
  const content = { ...before }
  if (input.from !== undefined) content.sender = input.from ? parseFrom(input.from) : null
  if (input.reply_to !== undefined) {
    content.reply_to = parseMailboxes('reply_to', input.reply_to).map(({ address, name }) =>
      mailbox(address, name),
    )
  }
  if (input.subject !== undefined) {
    content.subject = input.subject ? parseSubject(input.subject) : null
  }
  if (input.html !== undefined) {
    if (!input.html) throw missingField('html')
    content.html = input.html
  }
  if (input.text !== undefined) content.text = input.text
  if (input.variables !== undefined) content.variables = parseVariables(input.variables ?? [])
  if (Buffer.byteLength(JSON.stringify(content)) > MAX_CONTENT) {
    throw invalidField('html', `A template holds at most ${MAX_CONTENT} bytes as JSON.`)
  }
  refuseFaults(content)
  return content
}

/** Whether the input changes what the template says, not only what it is called. */
export function namesContent(input: TemplateInput): boolean {
  const { name: _name, alias: _alias, ...content } = input
  return Object.values(content).some((value) => value !== undefined)
}

export function parseName(name: string | null | undefined): string {
  if (!name) throw missingField('name')
  if (isSingleLine(name) && name.length <= MAX_NAME) return name
  throw invalidField('name', `At most ${MAX_NAME} characters on one line.`)
}

export function parseAlias(alias: string | null | undefined): string | null {
  if (!alias) return null
  if (ALIAS.test(alias) && !UUID.test(alias.toLowerCase())) return alias
  throw invalidField(
    'alias',
    '1 to 100 ASCII letters, digits, dots, underscores and dashes; it must not look like an id.',
  )
}

function parseFrom(from: string): string {
  const { address, name } = parseSender(from)
  return mailbox(address, name)
}

function parseVariables(inputs: NonNullable<TemplateInput['variables']>): TemplateVariable[] {
  if (inputs.length > MAX_VARIABLES) {
    throw invalidField('variables', `At most ${MAX_VARIABLES} variables.`)
  }
  const keys = new Set<string>()
  return inputs.map(({ key, type, fallback_value: given }, index) => {
    const fault = variableKeyFault(key) ?? (keys.has(key) ? 'It is declared twice.' : null)
    if (fault !== null) throw invalidField(`variables[${index}].key`, fault)
    keys.add(key)
    const fallback = given ?? null
    const misfit = fallback === null ? null : variableFault(type, fallback)
    if (misfit !== null) throw invalidField(`variables[${index}].fallback_value`, misfit)
    return { key, type, fallback_value: fallback }
  })
}

function refuseFaults(content: TemplateContent): void {
  const compilation = storedTemplate(content, 0)
  if (compilation.type === 'compiled') return
  const told = compilation.faults.map(
    ({ part, line, column, message }) => `\`${part}\`, line ${line}, column ${column}: ${message}`,
  )
  throw new ApiError(422, 'validation_error', `The template is faulty. ${told.join(' ')}`)
}
