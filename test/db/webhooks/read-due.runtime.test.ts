import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { createWebhook } from '../../../src/db/webhooks/change-webhooks.ts'
import { readDue } from '../../../src/db/webhooks/read-due.ts'
import { readWebhook } from '../../../src/db/webhooks/read-webhooks.ts'
import { replayEvent } from '../../../src/db/webhooks/replay.ts'
import { NOW } from '../../support/an-api.ts'
import { claimed } from '../../support/record.ts'
import { addressOf, anEmailRow, aSuppression } from '../../support/rows.ts'

const { DB } = env
const wording = { region: 'eu-west-1', displayed: (header: string) => header }

async function dueTo(events: string[] | null, change: () => Promise<unknown>) {
  const id = crypto.randomUUID()
  await createWebhook(DB, { id, endpoint: 'https://a.dev/', events, secret: 's', now: NOW }, 1000)
  await change()
  const webhook = await readWebhook(DB, id)
  if (webhook === null) throw new Error('it is gone')
  return { webhook, due: await readDue(DB, webhook, { now: NOW, wording }) }
}

async function aSuppressedEmail(): Promise<void> {
  const { id } = await anEmailRow({ due_at: NOW - 1 })
  await aSuppression(addressOf(id))
  await claimed([id], { now: NOW })
}

test.each([
  [['email.suppressed_as_bounced'], ['email.bounced']],
  [['email.suppressed'], ['email.suppressed']],
  [null, ['email.suppressed']],
  [['email.bounced'], []],
])('who asks for %j is sent a suppression as %j', async (events, types) => {
  const { due } = await dueTo(events, aSuppressedEmail)
  expect(due.fresh.map(({ type }) => type)).toEqual(types)
  expect(due.fresh.map(({ body }) => JSON.parse(body).type)).toEqual(types)
})

test('what is sent again is sent as it is asked for, or else as it is told', async () => {
  const { webhook, due } = await dueTo(['email.suppressed_as_bounced'], aSuppressedEmail)
  const [event] = due.fresh
  if (event === undefined) throw new Error('nothing is due')
  const { place, type } = event
  await DB.prepare('UPDATE webhooks SET cursor = 1000000 WHERE id = ?1').bind(webhook.id).run()
  await replayEvent(DB, webhook.id, { place, type, now: NOW })
  const later = { ...webhook, cursor: 1_000_000 }
  const again = async (events: string | null) => {
    const asking = { ...later, events }
    return (await readDue(DB, asking, { now: NOW, wording })).again.map((each) => each.type)
  }
  expect(await again('["email.suppressed_as_bounced"]')).toEqual(['email.bounced'])
  expect(await again('["email.sent"]')).toEqual(['email.suppressed'])
})
