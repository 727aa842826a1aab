import { z } from 'zod'

// What the application says of itself at `/openapi.json`, as far as an attacker reads it.

export interface Schema {
  $ref?: string | undefined
  type?: string | string[] | undefined
  properties?: Record<string, Schema> | undefined
  required?: string[] | undefined
  items?: Schema | undefined
  anyOf?: Schema[] | undefined
  oneOf?: Schema[] | undefined
  allOf?: Schema[] | undefined
  enum?: unknown[] | undefined
  const?: unknown
}

const schema: z.ZodType<Schema> = z.lazy(() =>
  z.object({
    $ref: z.string().optional(),
    type: z.union([z.string(), z.array(z.string())]).optional(),
    properties: z.record(z.string(), schema).optional(),
    required: z.array(z.string()).optional(),
    items: schema.optional(),
    anyOf: z.array(schema).optional(),
    oneOf: z.array(schema).optional(),
    allOf: z.array(schema).optional(),
    enum: z.array(z.unknown()).optional(),
    const: z.unknown().optional(),
  }),
)

const operation = z.object({
  parameters: z.array(z.object({ name: z.string(), in: z.string() })).default([]),
  requestBody: z
    .object({ content: z.record(z.string(), z.object({ schema: schema.default({}) })) })
    .optional(),
})

const openApi = z.object({
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.object({ schemas: z.record(z.string(), schema) }),
})

/** One call that the application answers. */
export interface Route {
  method: string
  /** With `{name}` for what stands for an object. */
  path: string
  queries: string[]
  json: Schema | null
  /** It takes lines of text. */
  takesLines: boolean
}

/** Every route of the application, with all that its schemas refer to in its place. */
export function routesOf(json: unknown): Route[] {
  const { paths, components } = openApi.parse(json)
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters, requestBody }]) => {
      const asked = requestBody?.content['application/json']?.schema
      return {
        method: method.toUpperCase(),
        path,
        queries: parameters.filter((each) => each.in === 'query').map(({ name }) => name),
        json: asked === undefined ? null : resolved(asked, components.schemas, 0),
        takesLines: requestBody?.content['text/csv'] !== undefined,
      }
    }),
  )
}

const DEEPEST = 5

function resolved(given: Schema, named: Record<string, Schema>, depth: number): Schema {
  if (depth > DEEPEST) return {}
  const whole = (each: Schema) => resolved(each, named, depth + 1)
  const { $ref, properties, items, anyOf, oneOf, allOf } = given
  if ($ref !== undefined) return whole(named[$ref.split('/').at(-1) ?? ''] ?? {})
  const parts = (allOf ?? []).map(whole)
  const own = Object.entries(properties ?? {}).map(([name, each]) => [name, whole(each)] as const)
  const all = [...parts.flatMap((part) => Object.entries(part.properties ?? {})), ...own]
  return {
    ...given,
    required: [...(given.required ?? []), ...parts.flatMap((part) => part.required ?? [])],
    ...(all.length > 0 && { properties: Object.fromEntries(all) }),
    ...(items !== undefined && { items: whole(items) }),
    ...((anyOf ?? oneOf) !== undefined && { anyOf: (anyOf ?? oneOf ?? []).map(whole) }),
  }
}

/** Fields whose name says what they hold. */
const KNOWN: Record<string, unknown> = {
  email: 'grace@canary-customer.dev',
  from: 'Acme <hello@acme.dev>',
  subject: 'canary-subject',
  html: '<p>canary-body</p>',
  endpoint: 'https://hooks.canary-customer.dev/in',
  url: 'https://hooks.canary-customer.dev/in',
  key: 'city',
  name: 'A name',
}

/** A value that fits, with what is required and nothing else. */
export function sample(schema: Schema, name = ''): unknown {
  if (schema.const !== undefined) return schema.const
  if (schema.enum !== undefined) return schema.enum[0]
  const { properties, items, anyOf, required = [] } = schema
  const type = [schema.type ?? (properties === undefined ? '' : 'object')].flat()[0]
  if (type === 'object') {
    const wanted = Object.entries(properties ?? {}).filter(
      ([each]) => required.includes(each) || each in KNOWN,
    )
    return Object.fromEntries(wanted.map(([each, of]) => [each, sample(of, each)]))
  }
  if (type === 'array') return items === undefined ? [] : [sample(items, name)]
  if (name in KNOWN) return KNOWN[name]
  const [first] = anyOf ?? []
  if (first !== undefined) return sample(first, name)
  if (type === 'boolean') return true
  return type === 'number' || type === 'integer' ? 1 : 'a'
}

/** Every place within where a text may stand, the rest as a good request has it. */
export function within(schema: Schema): { name: string; with: (text: string) => unknown }[] {
  const places = [{ name: '', with: (text: string): unknown => text }]
  const { properties, items, anyOf } = schema
  for (const each of anyOf ?? []) places.push(...within(each).slice(1))
  if (items !== undefined) {
    for (const place of within(items)) {
      places.push({ name: `[]${place.name}`, with: (text) => [place.with(text)] })
    }
  }
  if (properties !== undefined || [schema.type].flat().includes('object')) {
    const base = sample({ ...schema, type: 'object' })
    const over = (name: string, value: unknown) => Object.assign({}, base, { [name]: value })
    places.push({ name: '.*', with: (text) => over(text, text) })
    for (const [name, each] of Object.entries(properties ?? {})) {
      for (const place of within(each)) {
        places.push({
          name: `.${name}${place.name}`,
          with: (text) => over(name, place.with(text)),
        })
      }
    }
  }
  return places
}
