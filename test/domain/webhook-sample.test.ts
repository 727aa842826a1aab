import { expect, test } from 'vitest'
import { SAMPLE_TYPES, sampleBody } from '../../src/domain/webhook-sample.ts'
import { SECRET_BYTES, webhookSecret } from '../../src/domain/webhook-secret.ts'

const AT = Date.parse('2026-11-24T10:00:00Z')
const wording = { region: 'eu-west-1', displayed: (header: string) => header }

test.each(SAMPLE_TYPES)(
  'a test event of %s looks like a real one and says that it is none',
  (type) => {
    const body = sampleBody(type, AT, wording)
    expect(Object.keys(body)).toEqual(['type', 'created_at', 'data'])
    expect(body).toMatchObject({
      type,
      created_at: '2026-11-24T10:00:00.000Z',
      data: {
        created_at: '2026-11-24T10:00:00.000Z',
        from: 'Aerogram <test@example.com>',
        to: ['recipient@example.com'],
        ses: { test: true },
      },
    })
  },
)

test('a secret is the base64 of 24 bytes, without padding', () => {
  const secret = webhookSecret(new Uint8Array(SECRET_BYTES + 8).fill(0xfb))
  expect(secret).toBe(`whsec_${'+/v7'.repeat(8)}`)
})
