import { type Schema, Validator } from '@cfworker/json-schema'

interface Content {
  'application/json'?: { schema: Schema }
}
interface Operation {
  responses: Record<string, { $ref?: string; content?: Content }>
}
interface OpenApi {
  paths: Record<string, Record<string, Operation>>
  components: {
    schemas: Record<string, Schema>
    responses: Record<string, { content: Content }>
  }
}

export interface Documented {
  /** Every call: `GET /things/{id}`. */
  calls: string[]
  /** The call that a request is, or null for one that the document does not know. */
  callOf(method: string, path: string): string | null
  /** How an answer to a call is not as the document says; empty: it is. */
  faults(call: string, status: number, json: unknown): string[]
}

/** What `GET /openapi.json` says; no property may come back that it does not name. */
export async function documented(
  fetch: (request: Request) => Promise<Response>,
): Promise<Documented> {
  const response = await fetch(new Request('https://mail.aerogram.dev/openapi.json'))
  const { paths, components } = strict(await response.json<OpenApi>())
  const operations = new Map(
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => [
        `${method.toUpperCase()} ${path}`,
        operation,
      ]),
    ),
  )
  const calls = [...operations.keys()]
  const patterns = calls.map((call) => ({ call, pattern: patternOf(call), open: openness(call) }))
  // A path stands before the pattern that would match it too.
  patterns.sort((a, b) => a.open - b.open)
  return {
    calls,
    callOf: (method, path) =>
      patterns.find(({ pattern }) => pattern.test(`${method} ${path}`))?.call ?? null,
    faults(call, status, json) {
      const said = operations.get(call)?.responses[status]
      const named = components.responses[said?.$ref?.split('/').at(-1) ?? '']
      const schema = (said?.content ?? named?.content)?.['application/json']?.schema
      if (schema === undefined) return [`${call}: ${status} is not documented`]
      const { errors } = new Validator({ ...schema, components }, '2020-12', false).validate(json)
      return errors.map(({ instanceLocation, error }) => `${call}: ${instanceLocation} ${error}`)
    },
  }
}

function patternOf(call: string): RegExp {
  return new RegExp(`^${call.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`)
}

function openness(call: string): number {
  return call.split('{').length
}

/** Nothing is answered that is not documented, where the document does not leave it open. */
function strict<T>(part: T): T {
  if (Array.isArray(part)) part.forEach((each: unknown) => strict(each))
  else if (typeof part === 'object' && part !== null) {
    for (const each of Object.values(part)) strict(each)
    if ('properties' in part && !('additionalProperties' in part)) {
      Object.assign(part, { additionalProperties: false })
    }
  }
  return part
}
