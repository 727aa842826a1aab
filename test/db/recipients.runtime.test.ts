import { beforeEach, expect, test } from 'vitest'
import type { MailEvent } from '../../src/domain/event.ts'
import { aMailEvent, NOW } from '../support/lifecycle.ts'
import { claimed, told } from '../support/record.ts'
import { type ARecipient, anEmailToSeveral, aSuppression, clear } from '../support/rows.ts'
import { recipientsOf, rowOf } from '../support/rows.ts'

const [ADA, BOB, EVE] = ['ada@customer.dev', 'bob@customer.dev', 'eve@customer.dev']
const PERMANENT = { type: 'bounce', bounceType: 'Permanent', subType: 'General' } as const
const LISTED = { ...PERMANENT, subType: 'OnAccountSuppressionList' } as const

beforeEach(clear)

/** An email to several that was claimed; and a way to tell of one of its recipients. */
async function aSentEmail(recipients: ARecipient[]) {
  const { id } = await anEmailToSeveral(recipients)
  const [attempt = ''] = await claimed([id])
  const of = (recipient: string, fields: Partial<MailEvent>): MailEvent =>
    aMailEvent({ attempt, recipient, feedbackId: `of ${recipient}`, ...fields })
  return { id, of }
}

const THREE: ARecipient[] = [
  { address: ADA },
  { address: BOB, kind: 'cc' },
  { address: EVE, kind: 'bcc' },
]

test.each<[string, Partial<MailEvent>, string]>([
  ['complaint', { type: 'complaint' }, 'complained'],
  ['permanent bounce', PERMANENT, 'bounced'],
  ['delivery', { type: 'delivery' }, 'delivered'],
  ['transient bounce', { type: 'bounce', bounceType: 'Transient' }, 'transient_bounce'],
  ['delay', { type: 'delivery_delay' }, 'delayed'],
])('a %s of any recipient is one of the email', async (_, fields, status) => {
  const { id, of } = await aSentEmail(THREE)
  await told([of(BOB, fields)])
  expect((await rowOf(id)).status).toBe(status)
})

test('an email is suppressed only when all of its recipients are', async () => {
  const { id, of } = await aSentEmail(THREE)
  await told([of(ADA, LISTED), of(BOB, { ...LISTED, at: NOW + 5 })])
  expect((await rowOf(id)).status).toBe('sent')
  await told([of(EVE, { ...LISTED, at: NOW + 3 })])
  expect(await rowOf(id)).toMatchObject({
    status: 'suppressed',
    facts: { suppressed_at: NOW + 5, permanent_bounce_at: null },
  })
})

test('recipients who were left out are not waited for', async () => {
  const { id, of } = await aSentEmail([{ address: ADA }, { address: BOB, left_out: 'policy' }])
  await told([of(ADA, LISTED)])
  expect((await rowOf(id)).status).toBe('suppressed')
})

test('what is told of each recipient stays with that one, in any order', async () => {
  const { id, of } = await aSentEmail(THREE)
  await told([of(EVE, { type: 'complaint', at: NOW + 9 })])
  await told([of(BOB, PERMANENT), of(ADA, { type: 'delivery', at: NOW + 1 })])
  await told([of(EVE, { type: 'delivery', at: NOW + 2 })])
  expect(await recipientsOf(id)).toMatchObject([
    { address: ADA, delivered_at: NOW + 1, permanent_bounce_at: null, complained_at: null },
    { address: BOB, delivered_at: null, permanent_bounce_at: NOW, complained_at: null },
    { address: EVE, delivered_at: NOW + 2, permanent_bounce_at: null, complained_at: NOW + 9 },
  ])
  expect(await rowOf(id)).toMatchObject({
    status: 'complained',
    evidence_at: NOW,
    facts: { complained_at: NOW + 9, permanent_bounce_at: NOW, delivered_at: NOW + 1 },
  })
})

test('what names no recipient of ours is told of the email itself', async () => {
  const { id, of } = await aSentEmail(THREE)
  await told([of('stranger@customer.dev', { type: 'delivery' })])
  await told([aMailEvent({ ...of(ADA, { type: 'open' }), recipient: null })])
  expect(await rowOf(id)).toMatchObject({
    status: 'delivered',
    facts: { delivered_at: NOW, ses_open_at: NOW },
  })
})

test('a claim leaves out who is suppressed and takes the rest', async () => {
  const { id } = await anEmailToSeveral(THREE)
  await aSuppression(BOB)
  await claimed([id])
  expect((await rowOf(id)).state).toBe('sending')
  expect((await recipientsOf(id)).map(({ left_out }) => left_out)).toEqual([
    null,
    'the address is suppressed',
    null,
  ])
})

test('an email whose every `to` is suppressed goes to nobody, cc and bcc included', async () => {
  const { id } = await anEmailToSeveral(THREE)
  await aSuppression(ADA)
  await claimed([id])
  expect(await rowOf(id)).toMatchObject({
    status: 'suppressed',
    reason: 'the address is suppressed',
    due_at: null,
  })
})

test('a claim that is not allowed leaves nobody out', async () => {
  const { id } = await anEmailToSeveral(THREE, { due_at: NOW + 1 })
  await aSuppression(BOB)
  await claimed([id])
  expect((await recipientsOf(id)).map(({ left_out }) => left_out)).toEqual([null, null, null])
})
