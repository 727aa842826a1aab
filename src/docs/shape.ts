import type { OpenApiDocument } from './deps.ts'

export type Schema = NonNullable<NonNullable<OpenApiDocument['components']>['schemas']>[string]

const INDENT = '  '

/** A JSON schema as a type that people read: `{ to: string | string[], cc?: string | null }`. */
export function shapeOf(schema: Schema, document: OpenApiDocument): string {
  return shape(schema, '', [])

  /** `inside`: names of the schemas around it; one that holds itself is named instead. */
  function shape(schema: Schema, indent: string, inside: string[]): string {
    if ('$ref' in schema && schema.$ref !== undefined) {
      const name = schema.$ref.split('/').at(-1) ?? ''
      const named = document.components?.schemas?.[name]
      if (named === undefined || inside.includes(name)) return name
      return shape(named, indent, [...inside, name])
    }
    if (!isSchema(schema)) return 'unknown'
    const { type, enum: words, anyOf, oneOf, allOf } = schema
    if (schema.const !== undefined) return JSON.stringify(schema.const)
    if (words !== undefined) return words.map((word) => JSON.stringify(word)).join(' | ')
    const either = anyOf ?? oneOf
    if (either !== undefined) return distinct(either.map((each) => shape(each, indent, inside)))
    if (allOf !== undefined) return allOf.map((each) => shape(each, indent, inside)).join(' & ')
    if (type === undefined) return 'any'
    return distinct([type].flat().map((each) => one(each, schema, indent, inside)))
  }

  function one(type: string, schema: Plain, indent: string, inside: string[]): string {
    if (type === 'array') {
      const { items } = schema
      const entry = items === undefined ? 'any' : shape(items, indent, inside)
      return entry.includes(' | ') && !entry.startsWith('{') ? `(${entry})[]` : `${entry}[]`
    }
    if (type === 'object') return object(schema, indent, inside)
    if (type === 'string' && schema.format === 'uuid') return 'uuid'
    if (type === 'string' && schema.format === 'date-time') return 'time'
    return type
  }

  function object(schema: Plain, indent: string, inside: string[]): string {
    const { properties = {}, required = [], additionalProperties: more } = schema
    const deeper = indent + INDENT
    const lines = Object.entries(properties).map(([name, property]) => {
      const mark = required.includes(name) ? '' : '?'
      const about = isSchema(property) && property.description ? ` // ${property.description}` : ''
      return `${deeper}${name}${mark}: ${shape(property, deeper, inside)}${about}`
    })
    if (typeof more === 'object' && Object.keys(more).length > 0) {
      lines.push(`${deeper}[name]: ${shape(more, deeper, inside)}`)
    } else if (more !== undefined && more !== false) {
      lines.push(`${deeper}…`)
    }
    return lines.length === 0 ? '{}' : `{\n${lines.join('\n')}\n${indent}}`
  }
}

type Plain = Exclude<Schema, { $ref: string }>

function isSchema(schema: Schema): schema is Plain {
  return !('$ref' in schema && schema.$ref !== undefined)
}

function distinct(shapes: string[]): string {
  return [...new Set(shapes)].join(' | ')
}
