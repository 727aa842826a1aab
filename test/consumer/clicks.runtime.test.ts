import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { cutRanges } from '../../src/db/broadcasts/cut-ranges.ts'
import { releaseRanges } from '../../src/db/broadcasts/release-ranges.ts'
import { aBroadcast, startBroadcast } from '../support/a-broadcast.ts'
import { type AConsumer, aConsumer, slotsOf } from '../support/a-consumer.ts'
import { acceptedEmails, aJob } from '../support/accepted-emails.ts'
import { NOW } from '../support/an-api.ts'

const HTML = [
  '<a href="https://acme.dev/?a=1&amp;b={{ email }}">One</a>',
  '{% if email %}<a href="https://acme.dev/two">Two</a>{% endif %}',
  '<a href="mailto:help@acme.dev">Help</a>',
  '<a href="{{{RESEND_UNSUBSCRIBE_URL}}}">Leave</a>',
].join('\n')

const tracked = (attempt: string, link: string) =>
  `https://mail.aerogram.test/c/${attempt}/${encodeURIComponent(link)}`

const only = (off: object) => ({ Tracking: off })
const ON = { settings: { clickTracking: true, pixel: false } }

async function sent(consumer: AConsumer, fields = {}, alone = false): Promise<void> {
  const id = await aBroadcast(2, { html: HTML, text: '', ...fields })
  await env.DB.prepare('UPDATE emails SET alone = ?2 WHERE broadcast_id = ?1')
    .bind(id, Number(alone))
    .run()
  await startBroadcast(id)
  while (await cutRanges(env.DB, id, NOW));
  const [range] = await releaseRanges(env.DB, { id, upTo: 2, now: NOW, limit: 10 })
  if (range === undefined) throw new Error('nothing was released')
  const { n, first_id: first, last_id: last, recipients } = range
  await consumer.run([{ version: 1, broadcast: id, n, first, last, recipients }])
}

/** The html that each recipient of a bulk call gets, as SES makes it. */
function htmls(consumer: AConsumer): { attempt: string; address: string; html: string }[] {
  const [call] = consumer.calls
  const { Html } = Object(call?.body.DefaultContent?.Template.TemplateContent)
  return slotsOf(call).map((slots, at) => ({
    attempt: call?.attempts[at] ?? '',
    address:
      call?.body.BulkEmailEntries?.[at]?.Destination.ToAddresses[0]?.replace(/.*<|>/g, '') ?? '',
    html: String(Html).replaceAll(/\{\{(v\d+)\}\}/g, (_, name: string) => slots[name] ?? ''),
  }))
}

const wanted = (attempt: string, address: string) =>
  [
    `<a href="${tracked(attempt, `https://acme.dev/?a=1&b=${address}`)}">One</a>`,
    `<a href="${tracked(attempt, 'https://acme.dev/two')}">Two</a>`,
    '<a href="mailto:help@acme.dev">Help</a>',
    `<a href="https://mail.aerogram.test/u/${address}">Leave</a>`,
  ].join('\n')

test('each recipient of a broadcast gets links of its own attempt, and SES leaves them alone', async () => {
  const consumer = aConsumer(ON)
  await sent(consumer)
  expect(consumer.calls.map(({ operation }) => operation)).toEqual(['SendBulkEmail'])
  for (const { attempt, address, html } of htmls(consumer)) {
    expect(html).toBe(wanted(attempt, address))
  }
  expect(htmls(consumer)).toHaveLength(2)
  expect(consumer.calls[0]?.body.ConfigurationOverrides).toEqual(
    only({ ClickTrackingEnabled: 'DISABLED' }),
  )
})

test('alone, the same email is byte for byte what the shared form makes', async () => {
  const consumer = aConsumer(ON)
  await sent(consumer, {}, true)
  expect(consumer.calls.map(({ operation }) => operation)).toEqual(['SendEmail', 'SendEmail'])
  for (const {
    attempts: [attempt = ''],
    body,
  } of consumer.calls) {
    const html = String(Object(body.Content?.Simple.Body).Html.Data)
    const address = /\/u\/([^"]+)"/.exec(html)?.[1] ?? ''
    expect(html).toBe(wanted(attempt, address))
  }
})

test.for([
  ['the setting', { settings: { clickTracking: false, pixel: false } }, {}],
  ['the broadcast', ON, { click_tracking: 0 }],
] satisfies [string, object, object][])('%s switches it off', async ([, options, fields]) => {
  const consumer = aConsumer(options)
  await sent(consumer, fields)
  for (const { html } of htmls(consumer)) expect(html).not.toContain('/c/')
  expect(consumer.calls[0]?.body.ConfigurationOverrides).toBeUndefined()
})

test('an email of its own is tracked where it was accepted so', async () => {
  const [tracking = '', plain = ''] = await acceptedEmails(2)
  await env.DB.batch([
    env.DB.prepare(
      'UPDATE contents SET html = ?2, click_tracking = (id = ?3) WHERE id IN (SELECT value FROM json_each(?1))',
    ).bind(JSON.stringify([tracking, plain]), '<a href="https://acme.dev/">x</a>', tracking),
  ])
  const consumer = aConsumer(ON)
  await consumer.run([aJob([tracking, plain])])
  const bodies = consumer.calls.map(({ attempts, body }) => [
    attempts[0]?.slice(0, 36),
    Object(body.Content?.Simple.Body).Html.Data,
    body.ConfigurationOverrides,
  ])
  const attempt = consumer.accepted.find((each) => each.startsWith(tracking)) ?? ''
  expect(bodies).toEqual(
    expect.arrayContaining([
      [
        tracking,
        `<a href="${tracked(attempt, 'https://acme.dev/')}">x</a>`,
        only({ ClickTrackingEnabled: 'DISABLED' }),
      ],
      [plain, '<a href="https://acme.dev/">x</a>', undefined],
    ]),
  )
})
