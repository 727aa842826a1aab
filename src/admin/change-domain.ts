import { createRoute } from '@hono/zod-openapi'
import { deleteDomain as remove, switchTracking } from '../db/domains/domains.ts'
import { answered } from '../http/answered.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { notFound } from '../http/errors.ts'
import { parseBody } from '../http/parse-body.ts'
import { fromSes } from './ask-ses.ts'
import type { AdminDeps } from './deps.ts'
import { domainNotice } from './domain-answer.ts'
import { changeBody, domainDeletedAnswer, domainIdAnswer, domainParam } from './domain-schema.ts'
import { flag, refuseUnserved } from './domain-switches.ts'
import { MAX_BODY } from './max-body.ts'
import { namedDomain, refreshed } from './named-domain.ts'

const patchRoute = createRoute({
  method: 'patch',
  path: '/domains/{id}',
  summary: 'Switch the tracking of opens and clicks of a domain',
  request: {
    params: domainParam,
    body: { content: { 'application/json': { schema: changeBody } } },
  },
  responses: { 200: answered('Changed', domainIdAnswer) },
})

export function patchDomain(deps: AdminDeps): Endpoint {
  return {
    route: patchRoute,
    asks: 'all',
    async answer(c) {
      const row = await namedDomain(c, deps.db)
      const body = await parseBody(c.req.raw, changeBody, MAX_BODY)
      refuseUnserved(body)
      const switches = {
        open_tracking: flag(body.open_tracking),
        click_tracking: flag(body.click_tracking),
      }
      await switchTracking(deps.db, row.id, switches, domainNotice('updated', row, told(deps)))
      return JSON.stringify({ object: 'domain', id: row.id })
    },
  }
}

const verifyRoute = createRoute({
  method: 'post',
  path: '/domains/{id}/verify',
  summary: 'Have SES look for the records again',
  request: { params: domainParam },
  responses: { 200: answered('SES looks', domainIdAnswer) },
})

export function postVerify(deps: AdminDeps): Endpoint {
  return {
    route: verifyRoute,
    asks: 'all',
    async answer(c) {
      const row = await namedDomain(c, deps.db)
      const { name, return_path, mail_from_status } = row
      // Made again where somebody took it off SES; what is there stays as it is.
      fromSes(await deps.identities.create(name))
      if (mail_from_status !== 'SUCCESS' && mail_from_status !== 'PENDING') {
        fromSes(await deps.identities.setMailFrom(name, `${return_path}.${name}`))
      }
      await refreshed(row, deps)
      return JSON.stringify({ object: 'domain', id: row.id })
    },
  }
}

const deleteRoute = createRoute({
  method: 'delete',
  path: '/domains/{id}',
  summary: 'Take a domain off SES: nothing can be sent from it any more',
  request: { params: domainParam },
  responses: { 200: answered('Deleted', domainDeletedAnswer) },
})

export function deleteDomain(deps: AdminDeps): Endpoint {
  return {
    route: deleteRoute,
    asks: 'all',
    async answer(c) {
      const row = await namedDomain(c, deps.db)
      fromSes(await deps.identities.remove(row.name))
      if (!(await remove(deps.db, row.id, domainNotice('deleted', row, told(deps))))) {
        throw notFound('Domain')
      }
      console.info('domain deleted', { domainId: row.id })
      return JSON.stringify({ object: 'domain', id: row.id, deleted: true })
    },
  }
}

function told({ settings, now }: AdminDeps): { region: string; at: number } {
  return { region: settings.region, at: now() }
}
