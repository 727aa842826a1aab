import { HAS_LEFT_ALL } from '../../domain/segment-sql.ts'

export interface ContactRow {
  id: string
  address: string
  first_name: string | null
  last_name: string | null
  /** A JSON object. */
  properties: string
  unsubscribed: 0 | 1
  created_at: number
  updated_at: number
}

/** Of `contacts c`. */
export const CONTACT = `c.id, c.address, c.first_name, c.last_name, c.properties,
  ${HAS_LEFT_ALL} AS unsubscribed, c.created_at, c.updated_at`

const iso = (column: string) => `strftime('%Y-%m-%dT%H:%M:%fZ', ${column} / 1000.0, 'unixepoch')`

/** What a notice tells of `contacts c`. */
export const TOLD = `json_object('id', c.id, 'segment_ids',
  json((SELECT json_group_array(m.segment_id) FROM segment_members m WHERE m.contact_id = c.id)),
  'created_at', ${iso('c.created_at')}, 'updated_at', ${iso('c.updated_at')}, 'email', c.address,
  'first_name', c.first_name, 'last_name', c.last_name,
  'unsubscribed', json(iif(${HAS_LEFT_ALL}, 'true', 'false')))`
