import type { z } from '@hono/zod-openapi'
import type { DomainRow } from '../db/domains/domains.ts'
import type { Notice } from '../db/notice.ts'
import {
  domainRecords,
  domainStatus,
  type SendingDomain,
  trackingOf,
} from '../domain/sending-domain.ts'
import { iso } from '../http/iso.ts'
import type { AdminDeps } from './deps.ts'
import type { listedDomain } from './domain-schema.ts'

export function listedAnswer(
  row: DomainRow,
  { region, tracking }: AdminDeps['settings'],
): z.infer<typeof listedDomain> {
  const { opens, clicks } = trackingOf(tracking, {
    opens: switched(row.open_tracking),
    clicks: switched(row.click_tracking),
  })
  return {
    id: row.id,
    name: row.name,
    status: domainStatus(domainOfRow(row)),
    created_at: iso(row.created_at),
    region,
    capabilities: { sending: 'enabled', receiving: 'disabled' },
    open_tracking: opens,
    click_tracking: clicks,
    tls: row.tls,
  }
}

export function wholeAnswer(row: DomainRow, settings: AdminDeps['settings']): object {
  return {
    ...listedAnswer(row, settings),
    records: domainRecords(domainOfRow(row), settings.region),
  }
}

/** What host applications are told of a domain. */
export function domainNotice(
  verb: 'created' | 'updated' | 'deleted',
  row: DomainRow,
  { region, at }: { region: string; at: number },
): Notice {
  const domain = domainOfRow(row)
  return {
    type: `domain.${verb}`,
    at,
    data: {
      id: row.id,
      name: row.name,
      status: domainStatus(domain),
      created_at: iso(row.created_at),
      region,
      records: domainRecords(domain, region),
    },
  }
}

function switched(flag: 0 | 1 | null): boolean | null {
  return flag === null ? null : flag === 1
}

function domainOfRow(row: DomainRow): SendingDomain {
  return {
    name: row.name,
    returnPath: row.return_path,
    tokens: JSON.parse(row.dkim_tokens),
    dkim: row.dkim_status,
    mailFromStatus: row.mail_from_status,
  }
}
