import type { OpenApiDocument } from './deps.ts'
import type { Schema } from './shape.ts'

const SAMPLE_ID = '01920000-0000-7000-8000-000000000000'

/** A body to begin with: the example of the schema, else what it requires. */
export function exampleOf(schema: Schema, document: OpenApiDocument): unknown {
  if ('$ref' in schema && schema.$ref !== undefined) {
    const named = document.components?.schemas?.[schema.$ref.split('/').at(-1) ?? '']
    return named === undefined ? null : exampleOf(named, document)
  }
  if ('$ref' in schema) return null
  if (schema.example !== undefined) return schema.example
  if (schema.const !== undefined) return schema.const
  if (schema.enum !== undefined) return schema.enum[0]
  const [first] = schema.anyOf ?? schema.oneOf ?? []
  if (first !== undefined) return exampleOf(first, document)
  if (schema.allOf !== undefined) {
    return Object.assign({}, ...schema.allOf.map((each) => exampleOf(each, document)))
  }
  const type = [schema.type ?? 'null'].flat()[0]
  switch (type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {})
          .filter(([name]) => schema.required?.includes(name))
          .map(([name, property]) => [name, exampleOf(property, document)]),
      )
    case 'array':
      return schema.items === undefined ? [] : [exampleOf(schema.items, document)]
    case 'string':
      return schema.format === 'uuid' ? SAMPLE_ID : ''
    case 'number':
    case 'integer':
      return 1
    case 'boolean':
      return true
    case 'null':
    case undefined:
      return null
    default:
      return type satisfies never
  }
}
