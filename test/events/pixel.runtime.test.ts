import { expect, test } from 'vitest'
import { signOpen } from '../../src/token/open-token.ts'
import { anEventsDoor, TOKEN_KEYS } from '../support/an-events-door.ts'
import { ATTEMPT } from '../support/ses-events.ts'

const GOOD = `/o/${signOpen(ATTEMPT, TOKEN_KEYS)}.gif`
const HEADERS = {
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.5.0',
  'cf-connecting-ip': '192.0.2.7',
}

async function appearance(response: Response) {
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    bytes: [...new Uint8Array(await response.arrayBuffer())],
  }
}

test('a load of the pixel is an open with its reason', async () => {
  const door = await anEventsDoor()
  await door.fetch(GOOD, { headers: HEADERS })
  expect(door.jobs).toEqual([
    {
      version: 1,
      events: [
        {
          type: 'open',
          attempt: ATTEMPT,
          at: door.clock.now,
          recipient: null,
          messageId: null,
          source: 'pixel',
          loadId: 'load-1',
          ip: '192.0.2.7',
          userAgent: HEADERS['user-agent'],
          actor: 'human',
          actorReason: 'a mail program (rules 1)',
        },
      ],
    },
  ])
})

test('each load is an event of its own', async () => {
  const door = await anEventsDoor()
  await door.fetch(GOOD)
  await door.fetch(GOOD)
  expect(door.jobs.map((job) => job.events[0]?.loadId)).toEqual(['load-1', 'load-2'])
})

test('a good token shows 43 bytes of GIF that nobody keeps', async () => {
  const door = await anEventsDoor()
  const { status, headers, bytes } = await appearance(await door.fetch(GOOD))
  expect(status).toBe(200)
  expect(bytes).toHaveLength(43)
  expect(String.fromCharCode(...bytes.slice(0, 6))).toBe('GIF89a')
  expect(headers).toMatchObject({
    'content-type': 'image/gif',
    'cache-control': 'no-store, private',
  })
})

const lastChanged = GOOD.replace(/.(?=\.gif$)/, (last) => (last === 'A' ? 'E' : 'A'))
test('a token that is changed shows the same and is not recorded', async () => {
  const door = await anEventsDoor()
  const good = await appearance(await door.fetch(GOOD))
  expect(await appearance(await door.fetch(lastChanged))).toEqual(good)
  expect(door.jobs).toHaveLength(1)
})

test('while the queue is away the picture is still shown and nothing rejects', async () => {
  const door = await anEventsDoor()
  const good = await appearance(await door.fetch(GOOD))
  door.queue.away = true
  expect(await appearance(await door.fetch(GOOD))).toEqual(good)
})

test('a HEAD has the same headers and is no load', async () => {
  const door = await anEventsDoor()
  const { status, headers, bytes } = await appearance(await door.fetch(GOOD, { method: 'HEAD' }))
  expect([status, headers['content-length'], bytes]).toEqual([200, '43', []])
  expect(door.jobs).toEqual([])
})

test('what a loader says of itself is cut', async () => {
  const door = await anEventsDoor()
  const headers = { 'user-agent': 'x'.repeat(9000), 'cf-connecting-ip': '1'.repeat(900) }
  await door.fetch(GOOD, { headers })
  const [event] = door.jobs[0]?.events ?? []
  expect([event?.userAgent?.length, event?.ip?.length]).toEqual([384, 64])
})
