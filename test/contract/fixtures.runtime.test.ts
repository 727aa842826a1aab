import { env } from 'cloudflare:workers'
import { beforeAll, expect, test } from 'vitest'
import { aJob } from '../support/accepted-emails.ts'
import { aConsumer } from '../support/a-consumer.ts'
import { aPublished, aTemplateApi } from '../support/a-template-api.ts'
import { contentOf } from '../support/an-api.ts'
import { type File, FIXTURES } from './fixture.ts'
import { type HeldAnswers, heldAnswers } from './held-answers.ts'

let api: HeldAnswers

beforeAll(async () => {
  const templates = await aTemplateApi()
  await aPublished(templates, { alias: 'fixture', from: 'Acme <hello@acme.dev>' })
  api = await heldAnswers(templates)
})

test.each(FIXTURES)('$client sends $sends', async (fixture) => {
  const { path, headers, body, status, error, errors, emails, afterwards } = fixture
  const answer = await ask('POST', path, body, headers)
  expect(answer.status).toBe(status)
  expect(answer.json['name']).toBe(error?.name)
  expect(answer.json['message'] ?? '').toContain(error?.message ?? '')
  expect(answer.json['errors']).toEqual(errors)
  const ids = idsOf(answer.json)
  expect(ids).toHaveLength(emails.length)
  for (const [index, id] of ids.entries()) {
    const wanted = emails[index]
    const { json } = await ask('GET', `/emails/${id}`)
    expect(json).toMatchObject(wanted?.read ?? {})
    const content = await contentOf(id)
    expect(JSON.parse(String(content['headers']))).toEqual(wanted?.headers)
    expect(await storedFiles(content)).toEqual(wanted?.files.map(bytesOf))
  }
  for (const { method, path: later, body: said } of afterwards) {
    const named = JSON.stringify([later, said ?? null]).replaceAll('{id}', ids[0] ?? '')
    const [to, as]: [string, unknown] = JSON.parse(named)
    expect((await ask(method, to, as ?? undefined, headers)).status).toBe(200)
  }
  expect(api.takeFaults()).toEqual([])
})

test.each(FIXTURES.filter(({ emails }) => emails.some(({ read }) => !read['scheduled_at'])))(
  'what $client sends with $sends leaves for SES as it was meant',
  async ({ path, headers, body, emails }) => {
    const fresh = { ...headers, 'idempotency-key': crypto.randomUUID() }
    const { json } = await ask('POST', path, body, fresh)
    for (const [index, id] of idsOf(json).entries()) {
      const consumer = aConsumer()
      await consumer.run([aJob([id])])
      const [sent] = consumer.calls
      const simple = sent?.body.Content?.Simple
      const wanted = emails[index]
      const tags: { name: string; value: string }[] = Object(wanted?.read['tags'] ?? [])
      expect(sent?.operation).toBe('SendEmail')
      expect(simple?.Headers).toEqual(
        wanted?.headers.map(({ name, value }) => ({ Name: name, Value: value })),
      )
      expect(sent?.body.EmailTags).toEqual(
        expect.arrayContaining(tags.map(({ name, value }) => ({ Name: name, Value: value }))),
      )
      expect(simple?.Attachments ?? []).toMatchObject(
        (wanted?.files ?? []).map(bytesOf).map((file) => ({
          FileName: file.filename,
          ContentType: file.content_type,
          RawContent: file.base64,
          ...(file.content_id !== null && { ContentId: file.content_id }),
        })),
      )
    }
  },
)

async function ask(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; json: Record<string, unknown> }> {
  const response = await api.fetch(
    new Request(`https://api.aerogram.test${path}`, {
      method,
      headers: { ...headers, authorization: `Bearer ${api.key}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  )
  return { status: response.status, json: await response.json() }
}

/** In the order of the answer. */
function idsOf({ id, data }: Record<string, unknown>): string[] {
  if (typeof id === 'string') return [id]
  const entries: { id: string }[] = Array.isArray(data) ? data : []
  return entries.map((entry) => entry.id)
}

async function storedFiles({ attachments }: Record<string, unknown>): Promise<File[]> {
  const stored: (File & { file: string })[] = JSON.parse(String(attachments))
  return await Promise.all(
    stored.map(async ({ file, filename, content_type, content_id }) => {
      const object = await env.FILES.get(file)
      const bytes = Buffer.from((await object?.arrayBuffer()) ?? [])
      return { filename, content_type, content_id, base64: bytes.toString('base64') }
    }),
  )
}

function bytesOf({ text, ...file }: File): File {
  return text === undefined ? file : { ...file, base64: Buffer.from(text).toString('base64') }
}
