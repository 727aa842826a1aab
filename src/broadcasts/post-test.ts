import { createRoute } from '@hono/zod-openapi'
import { readRecipient, type StoredRecipient } from '../db/broadcasts/read-recipient.ts'
import { haveLeft } from '../db/broadcasts/have-left.ts'
import { uuidv7 } from '../domain/id.ts'
import { readVariables } from '../domain/recipient-line.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { invalidField, missingField } from '../http/errors.ts'
import { parseMailboxes } from '../http/mailbox-fields.ts'
import type { Mailbox } from '../http/mailbox.ts'
import { parseBody } from '../http/parse-body.ts'
import { acceptTests, type TestEmail } from './accept-tests.ts'
import { idParam, testBody } from './broadcast-schema.ts'
import type { BroadcastDeps } from './deps.ts'
import { MAX_DRAFT_BYTES } from './max-draft.ts'
import { namedBroadcast } from './named-broadcast.ts'
import { rendered, templateOf } from './template.ts'
import { answered } from '../http/answered.ts'
import { testAnswer } from './answer-schema.ts'

const MAX_ADDRESSES = 5

const route = createRoute({
  method: 'post',
  path: '/broadcasts/{id}/test',
  summary: 'Send it to a few addresses first',
  request: {
    params: idParam,
    body: { content: { 'application/json': { schema: testBody } } },
  },
  responses: { 200: answered('Accepted, each an email of its own', testAnswer) },
})

/**
 * Ordinary emails with high priority, in every state of the broadcast, which does not count them. An
 * address of the audience gets what it would get; `variables` go over that. Its link to leave is real.
 */
export function postTest(deps: BroadcastDeps): Endpoint {
  return { route, asks: 'all', answer }

  async function answer(c: ApiContext): Promise<string> {
    const input = await parseBody(c.req.raw, testBody, MAX_DRAFT_BYTES)
    const named = parseMailboxes('to', input.to)
    const to = named.filter(
      ({ address }, at) => named.findIndex((each) => each.address === address) === at,
    )
    if (to.length === 0) throw missingField('to')
    if (to.length > MAX_ADDRESSES) throw invalidField('to', `At most ${MAX_ADDRESSES} addresses.`)
    const row = await namedBroadcast(c, deps.db)
    const addresses = to.map(({ address }) => address)
    const left = await haveLeft(deps.db, addresses, row.topic_id)
    if (left.length > 0)
      throw invalidField('to', `Who has unsubscribed gets no test: ${left.join(', ')}.`)
    const template = templateOf(row)
    const now = deps.now()
    const tests: TestEmail[] = []
    for (const [index, mailbox] of to.entries()) {
      const id = uuidv7(now, index, deps.random(8))
      const known = await readRecipient(deps.db, row.id, mailbox.address)
      const recipient = testRecipient(mailbox, known, input.variables ?? {})
      const leaving = { address: mailbox.address, emailId: known?.id ?? id, topicId: row.topic_id }
      const unsubscribeUrl = deps.unsubscribeUrl(leaving)
      const parts = rendered(template, recipient, unsubscribeUrl)
      tests.push({ id, mailbox, parts, unsubscribeUrl })
    }
    await acceptTests(tests, row, { apiKeyId: c.var.apiKey.id, now }, deps)
    return JSON.stringify({
      object: 'list',
      has_more: false,
      data: tests.map(({ id, mailbox }) => ({ id, email: mailbox.address })),
    })
  }
}

function testRecipient(
  { address, name }: Mailbox,
  known: StoredRecipient | null,
  variables: Record<string, unknown>,
): Omit<StoredRecipient, 'id'> {
  const uploaded: Record<string, unknown> = JSON.parse(known?.variables ?? '{}')
  const read = readVariables({ ...uploaded, ...variables })
  if ('fault' in read) throw invalidField('variables', `For \`${address}\`: ${read.fault}.`)
  return { address, name: known?.name ?? name, variables: read.json }
}
