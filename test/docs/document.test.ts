import { Validator } from '@seriousme/openapi-schema-validator'
import { expect, test } from 'vitest'
import { everyEndpoint } from '../support/every-endpoint.ts'

const app = everyEndpoint()
const response = await app.request('/openapi.json')
const document = await response.json()
// Its shape is what the first test is about.
const paths: Record<string, Record<string, Operation>> = Object(document).paths

interface Operation {
  summary?: string
  security?: object[]
  responses?: Record<string, { $ref?: string; content?: Record<string, { schema?: object }> }>
}

const operations = Object.entries(paths).flatMap(([path, calls]) =>
  Object.entries(calls).map(([method, operation]) => ({
    call: `${method.toUpperCase()} ${path}`,
    operation,
  })),
)

test('the document is OpenAPI 3.1, for any program that reads such', async () => {
  const result = await new Validator().validate(structuredClone(Object(document)))
  expect(result).toEqual({ valid: true })
  expect(document).toMatchObject({
    openapi: '3.1.0',
    servers: [{ url: 'https://mail.aerogram.dev' }],
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
      schemas: { SendEmail: { properties: { attachments: expect.anything() } } },
    },
  })
})

test('every route of the API is in it, and no other', () => {
  const routes = app.routes
    .filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)(\{[^}]*\})?/g, '{$1}')}`)
  expect(operations.map(({ call }) => call).toSorted()).toEqual([...new Set(routes)].toSorted())
})

test('every call says what it is, what it answers and which errors, and who may make it', () => {
  const unsaid = operations.filter(({ operation: { summary, security, responses = {} } }) => {
    const [good] = Object.entries(responses).filter(([status]) => status.startsWith('2'))
    const says = Object.values(good?.[1].content ?? {}).every(({ schema }) => schema !== undefined)
    const errors = ['500', '503'].every((status) => responses[status]?.$ref !== undefined)
    return !summary || security === undefined || good?.[1].content === undefined || !says || !errors
  })
  expect(unsaid.map(({ call }) => call)).toEqual([])
})

test('only a few calls ask for no key', () => {
  const open = operations.filter(({ operation }) => operation.security?.length === 0)
  expect(open.map(({ call }) => call).toSorted()).toEqual([
    'GET /-/attachments/{token}',
    'GET /docs',
    'GET /health',
    'GET /openapi.json',
  ])
})
