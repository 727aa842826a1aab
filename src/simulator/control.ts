import type { HttpBindings } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { accountChange } from './account.ts'
import { faultPlan, type Faults } from './faults.ts'
import { inboxRoutes } from './inbox-routes.ts'
import { jsonLines } from './json-lines.ts'
import { ledgerRecords, ledgerSummary, ledgerView } from './ledger-view.ts'
import { letPeopleAct, type PeopleParts, personAct } from './people.ts'
import { redeliver } from './redeliver.ts'
import { identityProof, proveIdentity } from './ses/identities.ts'

export interface ControlParts extends PeopleParts {
  faults: Faults
  reset(): void
}

/** Epoch milliseconds or an ISO time. */
const since = z.union([
  z.number().min(0),
  z.iso.datetime({ offset: true }).transform((iso) => Date.parse(iso)),
])
const redelivery = z.strictObject({ since })
const empty = z.strictObject({})

/** What a test, a demo or a person asks of the simulator itself; AWS has nothing like it. */
export function controlRoutes(parts: ControlParts): Hono<{ Bindings: HttpBindings }> {
  const { store, ledger, faults } = parts
  const routes = new Hono<{ Bindings: HttpBindings }>()
  // A page from elsewhere in somebody's browser has no business here.
  routes.use(async (c, next) => {
    const from = c.req.header('sec-fetch-site') ?? 'none'
    if (c.req.method === 'GET' || from === 'none' || from === 'same-origin') return next()
    return c.json({ message: 'Only for programs and pages of this machine.' }, 403)
  })
  routes.get('/health', (c) => c.json({ ok: true }))
  routes.get('/ledger', (c) =>
    c.json(c.req.query('summary') === undefined ? ledgerView(ledger) : ledgerSummary(ledger)),
  )
  routes.get('/ledger.jsonl', (c) => c.body(jsonLines(ledgerRecords(ledger))))
  routes.get('/dead-letters', (c) => c.json({ deadLetters: ledger.deadLetters }))
  routes.get('/account', (c) =>
    c.json({ ...store.account.settings, sentLast24Hours: store.account.quota.sent(Date.now()) }),
  )
  routes.post('/account', (c) =>
    asked(c, accountChange, (change) => {
      store.account.change(change, Date.now())
      store.changed()
      return store.account.settings
    }),
  )
  routes.post('/faults', (c) =>
    asked(c, faultPlan, (plan) => {
      faults.set(plan)
      return plan
    }),
  )
  routes.post('/person', (c) => asked(c, personAct, (act) => letPeopleAct(act, parts)))
  routes.post('/identity', (c) =>
    asked(c, identityProof, (told) => proveIdentity(store, told), 'No such identity.'),
  )
  routes.post('/redeliver', (c) =>
    asked(c, redelivery, async (ask) => ({ redelivered: await redeliver(ask.since, parts) })),
  )
  routes.post('/reset', (c) =>
    asked(c, empty, () => {
      parts.reset()
      return {}
    }),
  )
  routes.route('/', inboxRoutes({ ...parts, region: parts.home.region }))
  return routes
}

async function asked<Shape extends z.ZodType>(
  c: Context,
  shape: Shape,
  answer: (ask: z.infer<Shape>) => object | null | Promise<object | null>,
  nothing = 'No such email.',
): Promise<Response> {
  const ask = shape.safeParse(readJson(await c.req.text()))
  if (!ask.success) return c.json({ message: z.prettifyError(ask.error) }, 400)
  const told = await answer(ask.data)
  return told === null ? c.json({ message: nothing }, 404) : c.json(told)
}

/** No body is an empty object; what is not JSON is undefined, which no shape allows. */
function readJson(text: string): unknown {
  if (text.trim() === '') return {}
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
