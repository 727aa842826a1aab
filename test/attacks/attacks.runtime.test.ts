import { env } from 'cloudflare:workers'
import { beforeAll, expect, test } from 'vitest'
import { outboundRequests } from '../support/outbound.ts'
import { shotOf } from './attack-request.ts'
import type { Attack } from './case.ts'
import { AREAS } from './files.ts'
import { text } from './placeholders.ts'
import { aTarget, type Target } from './target.ts'

let target: Target
/** By the names of cases. */
const answers = new Map<string, string>()

beforeAll(async () => {
  target = await aTarget()
  target.fetched()
}, 60_000)

for (const { area, atLeast, cases } of AREAS) {
  test(`${area}: at least ${atLeast} attacks`, () => {
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length)
    expect(cases.length).toBeGreaterThanOrEqual(atLeast)
  })
  test.each(cases)(`${area}: $name`, attacked)
}

async function attacked(attack: Attack): Promise<void> {
  const { answer } = attack
  const { path, init } = await shotOf(attack, target)
  const response = await target.fetch(path, init)
  const body = Buffer.from(await response.arrayBuffer()).toString('latin1')
  const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`).join('\n')
  const whole = `${headers}\n\n${body}`
  answers.set(attack.name, withoutTurns(whole))
  const hidden = (answer.hides ?? []).map((each) => text(each, target.names))
  const changed = await target.tables.changed()
  // The next attack finds everything as it was.
  if (changed) await target.tables.restore()
  expect({
    status: response.status,
    body: body.includes(answer.says ?? '') ? answer.says : body,
    error: answer.error === undefined ? undefined : JSON.parse(body),
    shown: hidden.filter((each) => whole.includes(each)),
    like: answer.like === undefined ? undefined : withoutTurns(whole),
    fetched: target.fetched(),
    changed,
  }).toEqual({
    status: answer.status,
    body: answer.says,
    error: answer.error === undefined ? undefined : told(answer.status, answer.error),
    shown: [],
    like: answer.like === undefined ? undefined : answers.get(answer.like),
    fetched: [],
    changed: attack.taken === true,
  })
}

function told(statusCode: number, name: string): unknown {
  return { statusCode, name, message: expect.any(String) }
}

/** What is different each time, whoever asks. */
function withoutTurns(answer: string): string {
  return answer.replace(/^(ratelimit-\w+|date): .*$/gm, '')
}

test('no job of theirs changed a row later', async () => {
  await new Promise((resolve) => setTimeout(resolve, 1000))
  expect(await target.tables.changed()).toBe(false)
})

test('no file was stored, and nothing outside was asked for', async () => {
  expect((await env.FILES.list()).objects).toEqual([])
  const hosts = (await outboundRequests()).map((url) => new URL(url).host)
  expect(hosts.filter((host) => /evil|metadata|169\.254|localhost|127\.0/.test(host))).toEqual([])
})

test('no log line held an address, a subject, a body, a token or a key', () => {
  expect(target.canaries.lines()).toBeGreaterThan(100)
  expect(target.canaries.leaked()).toEqual([])
})
