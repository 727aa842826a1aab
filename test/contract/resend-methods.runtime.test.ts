import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { aWholeApi } from '../support/a-whole-api.ts'
import { SHAPES } from './shapes.ts'
import { type HeldAnswers, heldAnswers } from './held-answers.ts'
import { call, methodsOf } from './methods-of.ts'
import { isOutOfScope, OUT_OF_SCOPE, PLUMBING, WITHOUT_REQUEST } from './out-of-scope.ts'
import { sesIdentities } from './ses-identities.ts'
import { AUDIENCES, SEGMENTS } from './steps/audience.ts'
import { BROADCASTS } from './steps/broadcasts.ts'
import { CONTACTS, REMOVALS } from './steps/contacts.ts'
import { EMAILS, TEMPLATES } from './steps/emails.ts'
import { API_KEYS, DOMAINS, SUPPRESSIONS, WEBHOOKS } from './steps/operators.ts'
import type { At, Step } from './steps/step.ts'

const BASE = 'https://api.aerogram.test'
// All but the sixth read it once, when they are loaded.
vi.stubEnv('RESEND_BASE_URL', BASE)
const CLIENTS = [
  { version: '1.1', major: 1, Resend: (await import('resend-1')).Resend },
  { version: '2.1', major: 2, Resend: (await import('resend-2')).Resend },
  { version: '3.5', major: 3, Resend: (await import('resend-3')).Resend },
  { version: '4.8', major: 4, Resend: (await import('resend-4')).Resend },
  { version: '5.0', major: 5, Resend: (await import('resend-5')).Resend },
  { version: '6.38', major: 6, Resend: (await import('resend')).Resend },
]

const STEPS: Step[] = [
  ...EMAILS,
  ...TEMPLATES,
  ...AUDIENCES,
  ...SEGMENTS,
  ...CONTACTS,
  ...BROADCASTS,
  ...REMOVALS,
  ...API_KEYS,
  ...DOMAINS,
  ...SUPPRESSIONS,
  ...WEBHOOKS,
]

let api: HeldAnswers
let requests: string[] = []

beforeAll(async () => {
  api = await heldAnswers(await aWholeApi())
  const ses = sesIdentities()
  vi.stubGlobal('fetch', async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init)
    if (!request.url.startsWith(`${BASE}/`)) return await ses(request)
    requests.push(request.url)
    return await api.fetch(request)
  })
})
afterAll(() => {
  vi.unstubAllGlobals()
})

test.each(CLIENTS)('resend $version is answered what it counts on', async ({ major, Resend }) => {
  const client = new Resend(api.key)
  const steps = STEPS.filter(({ since, until = 6 }) => since <= major && major <= until)
  const known = new Map<string, string>()
  const at: At = {
    major,
    kept(name) {
      const value = known.get(name)
      if (value === undefined) throw new Error(`no step has kept ${name}`)
      return value
    },
  }
  for (const { method, before, args, answer, keep = {} } of steps) {
    await before?.(at)
    const { data, error } = told(major, await call(client, method, args(at)))
    expect.soft(error, method).toBeFalsy()
    const wanted = typeof answer === 'function' ? answer(at) : answer
    // The first major says nothing of what it verified or removed.
    const isSilent = major === 1 && data === undefined
    expect.soft(isSilent ? wanted : data, method).toMatchObject(wanted)
    for (const [name, place] of Object.entries(keep)) {
      const value = place.split('.').reduce((part: unknown, key) => Object(part)[key], data)
      if (typeof value === 'string') known.set(name, value)
    }
  }
  expect.soft(api.takeFaults()).toEqual([])
  const called = new Set(steps.map(({ method }) => method))
  const uncalled = methodsOf(client).filter(
    (method) => !called.has(method) && !isOutOfScope(method) && !(method in WITHOUT_REQUEST),
  )
  expect(uncalled.filter((method) => !PLUMBING.includes(method))).toEqual([])
})

test.each(CLIENTS)('resend $version is told what is out of scope', async ({ major, Resend }) => {
  const client = new Resend(api.key)
  const methods = methodsOf(client).filter(
    (method) => isOutOfScope(method) && !(method in WITHOUT_REQUEST),
  )
  for (const method of methods) {
    requests = []
    const { data, error } = told(major, await call(client, method, [anything(), anything()]))
    expect.soft(data ?? null, method).toBeNull()
    expect.soft(error, method).toMatchObject({
      name: 'not_found',
      statusCode: 404,
      message: 'The requested endpoint does not exist.',
    })
    expect.soft(requests, method).toHaveLength(1)
  }
  expect(api.takeFaults()).toEqual([])
})

test('what is left out is what the clients have, and every shape was answered', () => {
  const all = new Set(CLIENTS.flatMap(({ Resend }) => methodsOf(new Resend(api.key))))
  const names = [...Object.keys(OUT_OF_SCOPE), ...Object.keys(WITHOUT_REQUEST)]
  const has = (name: string) => [...all].some((each) => `${each}.`.startsWith(`${name}.`))
  expect(names.filter((name) => !has(name))).toEqual([])
  expect(Object.keys(SHAPES).filter((shape) => !api.answered.has(shape))).toEqual([])
})

/** The first major has no envelope. */
function told(major: number, result: unknown): { data: unknown; error: unknown } {
  if (major > 1) return Object(result)
  const isError = typeof result === 'object' && result !== null && 'statusCode' in result
  return isError ? { data: null, error: result } : { data: result, error: null }
}

/** An id wherever one is asked for, and enough of what bodies are made of. */
function anything(): object {
  const id = crypto.randomUUID()
  const ids = [
    'id',
    'automationId',
    'runId',
    'emailId',
    'inboxId',
    'threadId',
    'domainId',
    'labelId',
  ]
  return {
    ...Object.fromEntries(ids.map((name) => [name, id])),
    steps: [],
    connections: [],
    toString: () => id,
  }
}
