import type { OpenApiDocument } from './deps.ts'
import { exampleOf } from './example.ts'
import { shapeOf } from './shape.ts'

/** One call as the page shows it. */
export interface Operation {
  /** Of its place in the page. */
  anchor: string
  method: string
  path: string
  summary: string
  isKeyed: boolean
  parameters: Parameter[]
  body: Body | null
  answers: { status: string; description: string; shape: string | null }[]
}

export interface Parameter {
  name: string
  in: 'path' | 'query' | 'header'
  isRequired: boolean
  description: string
  /** Empty: any text. */
  options: string[]
}

export interface Body {
  contentType: string
  shape: string
  example: string
}

export interface Group {
  tag: string
  operations: Operation[]
}

type PathItem = NonNullable<OpenApiDocument['paths']>[string]
type Call = NonNullable<PathItem['get']>

const METHODS = ['get', 'post', 'patch', 'put', 'delete'] as const

/** The calls of a document by what they are about, in its order. */
export function groupsOf(document: OpenApiDocument): Group[] {
  const calls = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const call = item[method]
      return call === undefined ? [] : [{ tag: call.tags?.[0] ?? '', method, path, call }]
    }),
  )
  return [...Map.groupBy(calls, ({ tag }) => tag)].map(([tag, of]) => ({
    tag,
    operations: of.map(({ method, path, call }) => operation(method, path, call, document)),
  }))
}

function operation(method: string, path: string, call: Call, document: OpenApiDocument): Operation {
  return {
    anchor: `${method}${path.replaceAll(/[^A-Za-z0-9]+/g, '-')}`,
    method: method.toUpperCase(),
    path,
    summary: call.summary ?? '',
    isKeyed: (call.security?.length ?? 0) > 0,
    parameters: (call.parameters ?? []).flatMap(parameter),
    body: bodyOf(call, document),
    answers: Object.entries(call.responses ?? {}).flatMap(([status, response]) =>
      answer(status, response, document),
    ),
  }
}

function parameter(given: NonNullable<Call['parameters']>[number]): Parameter[] {
  if ('$ref' in given) return []
  const { name, in: where, required, description, schema } = given
  if (where === 'cookie') return []
  const plain = schema === undefined || '$ref' in schema ? undefined : schema
  return [
    {
      name,
      in: where,
      isRequired: required === true,
      description: description ?? plain?.description ?? '',
      options: (plain?.enum ?? []).map(String),
    },
  ]
}

function bodyOf({ requestBody }: Call, document: OpenApiDocument): Body | null {
  if (requestBody === undefined || '$ref' in requestBody) return null
  const [first] = Object.entries(requestBody.content)
  if (first === undefined || first[1].schema === undefined) return null
  const [contentType, { schema }] = first
  const example = exampleOf(schema, document)
  return {
    contentType,
    shape: shapeOf(schema, document),
    example: typeof example === 'string' ? example : JSON.stringify(example, null, 2),
  }
}

/** Errors are the same for all calls, and said once. */
function answer(
  status: string,
  response: NonNullable<Call['responses']>[string],
  document: OpenApiDocument,
): Operation['answers'] {
  if ('$ref' in response) return []
  const [content] = Object.values<{ schema?: Parameters<typeof shapeOf>[0] }>(
    response.content ?? {},
  )
  const shape = content?.schema === undefined ? null : shapeOf(content.schema, document)
  return [{ status, description: response.description, shape }]
}
