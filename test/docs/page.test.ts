import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { exampleOf } from '../../src/docs/example.ts'
import { shapeOf } from '../../src/docs/shape.ts'
import { everyEndpoint } from '../support/every-endpoint.ts'

const response = await everyEndpoint().request('/docs')
const page = await response.text()
const hash = (of: string) => createHash('sha256').update(of).digest('base64')

test('the page shows every call of the document, with a form to try it', async () => {
  const document = await (await everyEndpoint().request('/openapi.json')).json()
  const paths: Record<string, object> = Object(document).paths
  const calls = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map(
      (method) => `data-method="${method.toUpperCase()}" data-path="${path}"`,
    ),
  )
  expect(calls.length).toBeGreaterThan(40)
  expect(calls.filter((call) => !page.includes(call))).toEqual([])
  const anchors = [...page.matchAll(/id="([^"]+)"/g)].map(([, id]) => id)
  expect(new Set(anchors).size).toBe(anchors.length)
})

test('nothing runs in it but its own script, and it reaches only its own host', () => {
  const policy = response.headers.get('content-security-policy') ?? ''
  const [, script = ''] = /<script>([\s\S]*?)<\/script>/.exec(page) ?? []
  const [, style = ''] = /<style>([\s\S]*?)<\/style>/.exec(page) ?? []
  expect(policy).toContain(`script-src 'sha256-${hash(script)}'`)
  expect(policy).toContain(`style-src 'sha256-${hash(style)}'`)
  expect(policy).toContain(`default-src 'none'`)
  expect(policy).toContain(`connect-src 'self'`)
  expect(policy).not.toContain('unsafe')
  expect(page).not.toMatch(/(src|href)="https?:|style="|\son\w+="/)
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
})

const DOCUMENT = {
  openapi: '3.1.0',
  info: { title: '', version: '' },
  components: {
    schemas: {
      Tree: {
        type: 'object' as const,
        properties: {
          of: { type: 'array' as const, items: { $ref: '#/components/schemas/Tree' } },
        },
      },
    },
  },
}

test.for([
  [{ type: 'string', format: 'uuid' }, 'uuid', '01920000-0000-7000-8000-000000000000'],
  [{ type: ['string', 'null'] }, 'string | null', ''],
  [{ type: 'string', enum: ['a', 'b'] }, '"a" | "b"', 'a'],
  [{ const: true }, 'true', true],
  [{ anyOf: [{ type: 'string' }, { type: 'null' }] }, 'string | null', ''],
  [{}, 'any', null],
  [
    { type: 'array', items: { anyOf: [{ type: 'string' }, { type: 'number' }] } },
    '(string | number)[]',
    [''],
  ],
  [{ type: 'object', additionalProperties: { type: 'integer' } }, '{\n  [name]: integer\n}', {}],
  [
    {
      type: 'object',
      required: ['a'],
      properties: { a: { type: 'boolean', description: 'yes' }, b: { type: 'string' } },
    },
    '{\n  a: boolean // yes\n  b?: string\n}',
    { a: true },
  ],
  [{ $ref: '#/components/schemas/Tree' }, '{\n  of?: Tree[]\n}', {}],
  [{ allOf: [{ type: 'object' }, { type: 'object' }] }, '{} & {}', {}],
  [{ type: 'string', example: 'Ada' }, 'string', 'Ada'],
] satisfies [object, string, unknown][])('%j reads %j', ([schema, shape, example]) => {
  // Written as the document holds it.
  const given: Parameters<typeof shapeOf>[0] = Object(schema)
  expect(shapeOf(given, DOCUMENT)).toBe(shape)
  expect(exampleOf(given, DOCUMENT)).toEqual(example)
})
