import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { createApi } from '../../src/api/app.ts'
import { fileStore } from '../../src/files/files.ts'
import { random } from '../support/an-api.ts'

test('every call documents itself by the schema that it parses with', () => {
  const app = createApi({
    db: env.DB,
    queue: { enqueue: async () => {} },
    files: fileStore(env.FILES),
    governor: { state: async () => null },
    backlogs: async () => ({}),
    putBack: async () => ({ type: 'queued' }),
    now: () => 0,
    random,
    fetch,
    settings: {
      environment: 'test',
      region: 'eu-west-1',
      publicUrl: 'https://mail.aerogram.dev',
      requestsPerSecond: 1,
      doubtPolicy: 'resend',
      openPixel: true,
      sesTracking: true,
      idempotencyMs: 1,
    },
  })
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'Aerogram', version: '1' },
  })
  expect(
    Object.entries(document.paths ?? {}).map(([path, calls]) => [path, Object.keys(calls ?? {})]),
  ).toEqual([
    ['/emails/batch', ['post']],
    ['/emails', ['post', 'get']],
    ['/emails/{id}', ['get', 'patch']],
    ['/emails/{id}/cancel', ['post']],
    ['/-/emails/{id}/events', ['get']],
    ['/-/emails/{id}/settle', ['post']],
    ['/-/sending/pause', ['post']],
    ['/-/sending/resume', ['post']],
    ['/-/dead-letters', ['get']],
    ['/-/dead-letters/{id}/retry', ['post']],
    ['/health', ['get']],
  ])
  expect(document.components?.schemas?.['SendEmail']).toMatchObject({
    type: 'object',
    properties: { from: expect.anything(), attachments: expect.anything() },
  })
})
