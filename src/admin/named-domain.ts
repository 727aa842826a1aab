import { type DomainRow, keepProof, readDomain } from '../db/domains/domains.ts'
import type { ApiContext } from '../http/endpoint.ts'
import { notFound } from '../http/errors.ts'
import { pathId } from '../http/path-id.ts'
import type { AdminDeps } from './deps.ts'
import { domainNotice } from './domain-answer.ts'

/** The domain that the path names, as it is stored. */
export async function namedDomain(c: ApiContext, db: D1Database): Promise<DomainRow> {
  const row = await readDomain(db, pathId(c.req.param('id'), 'Domain'))
  if (row === null) throw notFound('Domain')
  return row
}

/** The same with what SES says of it now, kept; while SES is away, with what it said last. */
export async function refreshed(row: DomainRow, deps: AdminDeps): Promise<DomainRow> {
  const asked = await deps.identities.read(row.name)
  if ('reason' in asked) {
    console.warn('SES did not answer of a domain', { domainId: row.id, reason: asked.reason })
    return row
  }
  const identity =
    asked.type === 'absent'
      ? ({ tokens: [], dkim: 'FAILED', mailFrom: null, mailFromStatus: 'FAILED' } as const)
      : asked.identity
  const now: DomainRow = {
    ...row,
    dkim_tokens: JSON.stringify(identity.tokens),
    dkim_status: identity.dkim,
    mail_from_status: identity.mailFromStatus,
  }
  const told = domainNotice('updated', now, { region: deps.settings.region, at: deps.now() })
  await keepProof(deps.db, row.id, { ...identity, tokens: [...identity.tokens] }, told)
  return now
}
