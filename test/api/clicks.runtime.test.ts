import { expect, test } from 'vitest'
import { aBroadcastApi, aDraft, anUploaded } from '../support/a-broadcast-api.ts'
import { anApi, anEmail, contentOf } from '../support/an-api.ts'

test.for([
  [true, {}, 1],
  [true, { tracking: { clicks: false } }, 0],
  [true, { tracking: { pixel: false } }, 1],
  [true, { headers: { 'X-Aerogram-Clicks': 'off' } }, 0],
  [true, { headers: { 'X-Aerogram-Clicks': 'off' }, tracking: { clicks: true } }, 1],
  [false, { tracking: { clicks: true } }, 0],
] satisfies [boolean, object, number][])(
  'with the setting %j an email with %j is tracked: %j',
  async ([clickTracking, fields, tracked]) => {
    const api = await anApi({ settings: { clickTracking } })
    const { json } = await api.call('POST', '/emails', anEmail(fields))
    const content = await contentOf(json['id'])
    expect(content['click_tracking']).toBe(tracked)
    expect(content['headers']).toBe('[]')
  },
)

test('a broadcast says whether its clicks are tracked, and a preview shows links as written', async () => {
  const api = await aBroadcastApi()
  const html = '<a href="https://acme.dev/">x</a><a href="{{{RESEND_UNSUBSCRIBE_URL}}}">Leave</a>'
  const id = await anUploaded(api, 1, { html })
  const read = async () => (await api.call('GET', `/broadcasts/${id}`)).json['tracking']
  expect(await read()).toEqual({ pixel: true, ses: true, clicks: true })
  await api.call('PATCH', `/broadcasts/${id}`, { tracking: { clicks: false } })
  expect(await read()).toEqual({ pixel: true, ses: true, clicks: false })
  await api.call('PATCH', `/broadcasts/${id}`, { tracking: null })
  expect(await read()).toEqual({ pixel: true, ses: true, clicks: true })
  const preview = await api.call('GET', `/broadcasts/${id}/preview?email=person0@customer.dev`)
  expect(preview.json['html']).toContain('<a href="https://acme.dev/">x</a>')
  const made = await api.call('POST', '/broadcasts', aDraft({ tracking: { clicks: false } }))
  const off = await api.call('GET', `/broadcasts/${String(made.json['id'])}`)
  expect(off.json['tracking']).toMatchObject({ clicks: false })
})
