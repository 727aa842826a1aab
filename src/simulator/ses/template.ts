import Handlebars from 'handlebars'
import { badRequest } from './error.ts'

export type TemplateData = Record<string, unknown>

/** What SES puts in itself; no data is needed for them. */
export const OPEN_TRACKER = 'ses:openTracker'
const PLACEHOLDERS = new Set([OPEN_TRACKER, 'amazonSESUnsubscribeUrl'])
const SIMPLE_NAME = /^[A-Za-z0-9]+$/
const CACHED_TEMPLATES = 64

export interface Template {
  /** Each once, in order of appearance. */
  names: string[]
  render(data: TemplateData): string
}

const compiled = new Map<string, Template>()

/**
 * An inline template of SES: "only simple substitutions", nothing is escaped.
 * Whatever else Handlebars can do is refused as SES refuses it.
 */
export function inlineTemplate(source: string): Template {
  const known = compiled.get(source)
  if (known !== undefined) return known
  const template = compile(source)
  if (compiled.size >= CACHED_TEMPLATES) compiled.clear()
  compiled.set(source, template)
  return template
}

function compile(source: string): Template {
  if (!source.includes('{{')) return { names: [], render: () => source }
  const names = simpleNames(source)
  const render = Handlebars.compile<TemplateData>(source, { noEscape: true })
  return { names, render: (data) => render(data) }
}

function simpleNames(source: string): string[] {
  const names = new Set<string>()
  for (const statement of parse(source).body) {
    if (statement.type === 'ContentStatement') continue
    const name = simpleName(statement)
    if (name === null) throw unsupported()
    if (!PLACEHOLDERS.has(name)) names.add(name)
  }
  return [...names]
}

function parse(source: string): hbs.AST.Program {
  try {
    return Handlebars.parse(source)
  } catch {
    throw unsupported()
  }
}

function simpleName(statement: hbs.AST.Statement): string | null {
  if (!isMustache(statement)) return null
  const { path, params, hash, escaped, strip } = statement
  if (path.type !== 'PathExpression' || !('parts' in path)) return null
  if (params.length > 0 || hash !== undefined || !escaped || strip.open || strip.close) return null
  const { original, parts, data } = path
  if (data || parts.length !== 1 || parts[0] !== original) return null
  return SIMPLE_NAME.test(original) || PLACEHOLDERS.has(original) ? original : null
}

function isMustache(statement: hbs.AST.Statement): statement is hbs.AST.MustacheStatement {
  return statement.type === 'MustacheStatement'
}

function unsupported(): Error {
  return badRequest('Template contains unsupported operations.')
}
