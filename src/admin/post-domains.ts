import { createRoute } from '@hono/zod-openapi'
import { createDomain, type DomainRow } from '../db/domains/domains.ts'
import { domainOf, normalAddress } from '../domain/address.ts'
import { uuidv7 } from '../domain/id.ts'
import { answered } from '../http/answered.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { ApiError, invalidField, missingField } from '../http/errors.ts'
import { parseBody } from '../http/parse-body.ts'
import { fromSes } from './ask-ses.ts'
import type { AdminDeps } from './deps.ts'
import { domainNotice, wholeAnswer } from './domain-answer.ts'
import { domainBody, newDomain } from './domain-schema.ts'
import { flag, refuseUnserved } from './domain-switches.ts'
import { MAX_BODY } from './max-body.ts'

const RETURN_PATH = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/

const route = createRoute({
  method: 'post',
  path: '/domains',
  summary: 'Have SES send from a domain; the answer says what to put into its DNS',
  request: { body: { content: { 'application/json': { schema: domainBody } } } },
  responses: { 201: answered('The domain and its records', newDomain) },
})

export function postDomains(deps: AdminDeps): Endpoint {
  return { route, asks: 'all', status: 201, answer }

  /** SES first: asked again after a crash, it answers for what is there already. */
  async function answer(c: ApiContext): Promise<string> {
    const body = await parseBody(c.req.raw, domainBody, MAX_BODY)
    const name = parseName(body.name)
    refuseRegion(body.region)
    refuseUnserved(body)
    const returnPath = parseReturnPath(body.custom_return_path)
    fromSes(await deps.identities.create(name))
    fromSes(await deps.identities.setMailFrom(name, `${returnPath}.${name}`))
    const read = fromSes(await deps.identities.read(name))
    if (read === null) throw new ApiError(503, 'application_error', 'Amazon SES lost the domain.')
    const now = deps.now()
    const row: DomainRow = {
      id: uuidv7(now, 0, deps.random(8)),
      name,
      created_at: now,
      return_path: returnPath,
      dkim_tokens: JSON.stringify(read.identity.tokens),
      dkim_status: read.identity.dkim,
      mail_from_status: read.identity.mailFromStatus,
      open_tracking: flag(body.open_tracking),
      click_tracking: flag(body.click_tracking),
      tls: 'opportunistic',
    }
    const told = domainNotice('created', row, { region: deps.settings.region, at: now })
    if (!(await createDomain(deps.db, row, told))) {
      throw invalidField('name', 'This domain is there already.')
    }
    console.info('domain made', { domainId: row.id })
    return JSON.stringify(wholeAnswer(row, deps.settings))
  }

  function refuseRegion(region: string | null | undefined): void {
    if (!region || region === deps.settings.region) return
    throw new ApiError(
      422,
      'invalid_region',
      `Invalid \`region\` field. This environment sends from ${deps.settings.region}.`,
    )
  }
}

function parseName(given: string | null | undefined): string {
  if (!given) throw missingField('name')
  const address = normalAddress(`postmaster@${given.trim()}`)
  if (address === null) throw invalidField('name', 'Expected a domain like `example.com`.')
  return domainOf(address)
}

function parseReturnPath(given: string | null | undefined): string {
  const path = given?.trim().toLowerCase() || 'send'
  if (RETURN_PATH.test(path)) return path
  throw invalidField('custom_return_path', 'Expected one label of a host name, like `send`.')
}
