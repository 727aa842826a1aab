import { createRoute, z } from '@hono/zod-openapi'
import { addSuppressions, removeSuppressions } from '../db/suppressions/change-suppressions.ts'
import { UUID } from '../domain/id.ts'
import { suppressionId } from '../domain/suppression-id.ts'
import { answered } from '../http/answered.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { invalidField, missingField } from '../http/errors.ts'
import { parseBody } from '../http/parse-body.ts'
import type { AdminDeps } from './deps.ts'
import { MAX_BODY } from './max-body.ts'
import { addressField, newSuppression } from './new-suppression.ts'
import { batchBody, batchRemoveBody, deletedAnswer, idAnswer } from './suppression-schema.ts'

const MAX_BATCH = 100

const addRoute = createRoute({
  method: 'post',
  path: '/suppressions/batch/add',
  summary: 'Suppress up to 100 addresses',
  request: { body: { content: { 'application/json': { schema: batchBody } } } },
  responses: { 200: answered('In the order given', z.object({ data: z.array(idAnswer) })) },
})

export function postBatchAdd(deps: AdminDeps): Endpoint {
  return { route: addRoute, asks: 'all', answer }

  async function answer(c: ApiContext): Promise<string> {
    const { emails } = await parseBody(c.req.raw, batchBody, MAX_BODY)
    const addresses = addressesOf(emails)
    const now = deps.now()
    const line = { origin: 'manual', reason: null, source: null, createdAt: null } as const
    const suppressions = await Promise.all(
      [...new Set(addresses)].map((address) => newSuppression({ address, ...line }, now)),
    )
    const change = { now, mirror: deps.settings.mirrorSuppressions }
    const { ids, added } = await addSuppressions(deps.db, suppressions, change)
    console.info('addresses suppressed', { addresses: suppressions.length, added })
    return JSON.stringify({
      data: addresses.map((address) => ({ object: 'suppression', id: ids.get(address) })),
    })
  }
}

const removeRoute = createRoute({
  method: 'post',
  path: '/suppressions/batch/remove',
  summary: 'Let mail to up to 100 addresses go again',
  request: { body: { content: { 'application/json': { schema: batchRemoveBody } } } },
  responses: {
    200: answered(
      '`deleted` is false where nothing was',
      z.object({ data: z.array(deletedAnswer) }),
    ),
  },
})

export function postBatchRemove(deps: AdminDeps): Endpoint {
  return { route: removeRoute, asks: 'all', answer }

  async function answer(c: ApiContext): Promise<string> {
    const { emails, ids } = await parseBody(c.req.raw, batchRemoveBody, MAX_BODY)
    if (emails && ids) throw invalidField('ids', 'Give either `emails` or `ids`.')
    const change = { now: deps.now(), mirror: deps.settings.mirrorSuppressions }
    const data = ids
      ? await byIds(idsOf(ids), change)
      : await byAddresses(addressesOf(emails), change)
    console.info('suppressions removed', {
      suppressions: data.filter((each) => each.deleted).length,
    })
    return JSON.stringify({ data: data.map((each) => ({ object: 'suppression', ...each })) })
  }

  type Done = { id: string; deleted: boolean }[]
  type Change = Parameters<typeof removeSuppressions>[2]

  async function byIds(ids: string[], change: Change): Promise<Done> {
    const removed = await removeSuppressions(deps.db, { ids }, change)
    const gone = new Set(removed.map(({ id }) => id))
    return ids.map((id) => ({ id, deleted: gone.has(id) }))
  }

  async function byAddresses(addresses: string[], change: Change): Promise<Done> {
    const removed = await removeSuppressions(deps.db, { addresses }, change)
    const gone = new Map(removed.map(({ id, address }) => [address, id]))
    return await Promise.all(
      addresses.map(async (address) => {
        const id = gone.get(address)
        return { id: id ?? (await suppressionId(address)), deleted: id !== undefined }
      }),
    )
  }
}

function addressesOf(emails: string[] | null | undefined): string[] {
  if (!emails) throw missingField('emails')
  refuseSize('emails', emails.length)
  return emails.map((email, at) => addressField(`emails[${at}]`, email))
}

function idsOf(ids: string[]): string[] {
  refuseSize('ids', ids.length)
  return ids.map((given, at) => {
    const id = given.toLowerCase()
    if (!UUID.test(id)) throw invalidField(`ids[${at}]`, 'It is not the id of a suppression.')
    return id
  })
}

function refuseSize(field: string, size: number): void {
  if (size < 1 || size > MAX_BATCH) throw invalidField(field, `It holds 1 to ${MAX_BATCH} entries.`)
}
