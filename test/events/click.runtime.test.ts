import { expect, test } from 'vitest'
import { signClick } from '../../src/token/click-token.ts'
import { signOpen } from '../../src/token/open-token.ts'
import { anEventsDoor, TOKEN_KEYS } from '../support/an-events-door.ts'
import { ATTEMPT } from '../support/ses-events.ts'

const LINK = 'https://acme.dev/?a=1&b=2#c'
const GOOD = `/c/${signClick({ attempt: ATTEMPT, link: LINK }, TOKEN_KEYS)}`
const HEADERS = {
  'user-agent':
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
  'cf-connecting-ip': '192.0.2.7',
}

test('a link leads to exactly what was signed and is a click with its reason', async () => {
  const door = await anEventsDoor()
  const response = await door.fetch(GOOD, { headers: HEADERS, redirect: 'manual' })
  expect([response.status, response.headers.get('location')]).toEqual([302, LINK])
  expect(response.headers.get('cache-control')).toBe('no-store, private')
  expect(door.jobs).toEqual([
    {
      version: 1,
      events: [
        {
          type: 'click',
          attempt: ATTEMPT,
          at: door.clock.now,
          recipient: null,
          messageId: null,
          source: 'link',
          loadId: 'load-1',
          link: LINK,
          ip: '192.0.2.7',
          userAgent: HEADERS['user-agent'],
          actor: 'unknown',
          actorReason: 'a browser, which scanners are too (rules 1)',
        },
      ],
    },
  ])
})

test('a robot is led there too, and told from people', async () => {
  const door = await anEventsDoor()
  const headers = { 'user-agent': 'Mozilla/5.0 (compatible; Googlebot/2.1)' }
  const response = await door.fetch(GOOD, { headers, redirect: 'manual' })
  expect(response.status).toBe(302)
  expect(door.jobs[0]?.events[0]?.actor).toBe('machine')
})

test('a HEAD sees where it leads and is no click', async () => {
  const door = await anEventsDoor()
  const response = await door.fetch(GOOD, { method: 'HEAD', redirect: 'manual' })
  expect([response.status, response.headers.get('location')]).toEqual([302, LINK])
  expect(door.jobs).toEqual([])
})

test('while the queue is away the reader still gets there', async () => {
  const door = await anEventsDoor()
  door.queue.away = true
  const response = await door.fetch(GOOD, { redirect: 'manual' })
  expect(response.status).toBe(302)
})

test.for([
  '/c/',
  '/c/https://evil.dev/',
  `/c/${signOpen(ATTEMPT, TOKEN_KEYS)}`,
  `${GOOD}A`,
  `${GOOD}/https://evil.dev`,
  `${GOOD.slice(0, -3)}AAA`,
])('%s leads nowhere', async (path) => {
  const door = await anEventsDoor()
  const response = await door.fetch(path, { redirect: 'manual' })
  expect([response.status, response.headers.get('location')]).toEqual([404, null])
  expect(await response.text()).toContain('This link does not work')
  expect(door.jobs).toEqual([])
})

test('nothing is posted to a link', async () => {
  const door = await anEventsDoor()
  expect((await door.fetch(GOOD, { method: 'POST' })).status).toBe(405)
  expect(door.jobs).toEqual([])
})
