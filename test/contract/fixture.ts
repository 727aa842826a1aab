import { z } from 'zod'
import anymail from './fixtures/django-anymail.json'
import dotnet from './fixtures/dotnet.json'
import go from './fixtures/go.json'
import laravel from './fixtures/laravel.json'
import python from './fixtures/python.json'
import rust from './fixtures/rust.json'
import symfony from './fixtures/symfony.json'

const header = z.strictObject({ name: z.string(), value: z.string() })
const texts = z.record(z.string(), z.string())

const file = z.strictObject({
  filename: z.string(),
  content_type: z.string(),
  content_id: z.string().nullable(),
  /** Its bytes, or the text that they are. */
  base64: z.string().optional(),
  text: z.string().optional(),
})
export type File = z.infer<typeof file>

const fixtureCase = z.strictObject({
  sends: z.string(),
  path: z.enum(['/emails', '/emails/batch']),
  headers: texts.default({}),
  body: z.unknown(),
  status: z.union([z.literal(200), z.literal(422)]),
  /** What the message of the refusal holds. */
  error: z.strictObject({ name: z.string(), message: z.string() }).optional(),
  /** Of a permissive batch. */
  errors: z.unknown().optional(),
  /** What becomes of each email that is taken: as it is read back, and what leaves for SES. */
  emails: z
    .array(
      z.strictObject({
        read: z.record(z.string(), z.unknown()),
        headers: z.array(header),
        files: z.array(file),
      }),
    )
    .default([]),
  /** Calls that the client makes after it, all answered well. */
  afterwards: z
    .array(z.strictObject({ method: z.string(), path: z.string(), body: z.unknown().optional() }))
    .default([]),
})
const fixture = z.strictObject({ client: z.string(), headers: texts, cases: z.array(fixtureCase) })

/** What clients that are not run here are known to post, and what they must be answered. */
export const FIXTURES = [anymail, laravel, symfony, go, rust, dotnet, python]
  .map((json) => fixture.parse(json))
  .flatMap(({ client, headers, cases }) =>
    cases.map((one) => ({ ...one, client, headers: { ...headers, ...one.headers } })),
  )
