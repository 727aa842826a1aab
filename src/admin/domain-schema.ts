import { z } from '@hono/zod-openapi'
import { DOMAIN_STATUSES, RECORD_STATUSES } from '../domain/sending-domain.ts'
import { timeField } from '../http/answered.ts'

const TLS = ['enforced', 'opportunistic'] as const

const switches = {
  open_tracking: z.boolean().nullish().openapi({ description: 'Absent: as the settings say' }),
  click_tracking: z.boolean().nullish().openapi({ description: 'Absent: as the settings say' }),
  tls: z.enum(TLS).nullish().openapi({ description: 'Only opportunistic' }),
  tracking_subdomain: z.string().nullish().openapi({ description: 'Is refused' }),
}

export const domainBody = z.object({
  name: z.string().nullish().openapi({ description: 'Required: `example.com`' }),
  region: z.string().nullish().openapi({ description: 'Only that of the environment' }),
  custom_return_path: z.string().nullish().openapi({ description: 'Absent: send' }),
  ...switches,
})
export const changeBody = z.object(switches)

export const domainParam = z.object({ id: z.uuid() })
export const domainIdAnswer = z.object({ object: z.literal('domain'), id: z.uuid() })
export const domainDeletedAnswer = domainIdAnswer.extend({ deleted: z.literal(true) })

const record = z.object({
  record: z.enum(['SPF', 'DKIM']),
  name: z.string().openapi({ description: 'The whole name' }),
  type: z.enum(['MX', 'TXT', 'CNAME']),
  ttl: z.literal('Auto'),
  status: z.enum(RECORD_STATUSES),
  value: z.string(),
  priority: z.int().optional(),
})

export const listedDomain = z.object({
  id: z.uuid(),
  name: z.string(),
  status: z.enum(DOMAIN_STATUSES),
  created_at: timeField,
  region: z.string(),
  capabilities: z.object({ sending: z.literal('enabled'), receiving: z.literal('disabled') }),
  open_tracking: z.boolean(),
  click_tracking: z.boolean(),
  tls: z.enum(TLS),
})
export const newDomain = listedDomain.extend({ records: z.array(record) })
export const domainSchema = newDomain.extend({ object: z.literal('domain') }).openapi('Domain')
