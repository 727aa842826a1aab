import { ERROR_NAMES } from '../../src/http/errors.ts'
import { UUID } from '../../src/domain/id.ts'

/** What holds for every answer, whatever was asked; empty: it does. */
export function wireFaults(response: Response, text: string): string[] {
  const { headers, status } = response
  const faults: string[] = []
  const hold = (good: boolean, fault: string) => good || faults.push(`${status}: ${fault}`)
  // Python and PHP read nothing that has another type, Go no error.
  hold(headers.get('content-type') === 'application/json; charset=utf-8', 'another content type')
  for (const [name, value] of headers) {
    // .NET reads bare integers.
    const isNumber = /^(ratelimit-(limit|remaining|reset)|retry-after)$/.test(name)
    hold(!isNumber || /^\d+$/.test(value), `${name} is ${value}`)
  }
  const json: Record<string, unknown> = Object(JSON.parse(text))
  if (response.ok) {
    // Ruby and Python take these for an error.
    hold(!('statusCode' in json) && !('error' in json), 'a key that stands for an error')
    hold(JSON.stringify(ids(json)) === '[]', `${ids(json).join()} is no UUID in lower case`)
    return faults
  }
  hold(Object.keys(json).toSorted().join() === 'message,name,statusCode', 'other keys of an error')
  hold(json['statusCode'] === status, 'another status in the body')
  hold(typeof json['message'] === 'string' && json['message'] !== '', 'no message')
  hold(
    ERROR_NAMES.some((name) => name === json['name']),
    `${String(json['name'])} is a name that clients do not know`,
  )
  return faults
}

/** Every id within that is none: .NET reads them as Guid. Events of webhooks have Svix's. */
function ids(json: unknown): string[] {
  if (Array.isArray(json)) return json.flatMap(ids)
  if (typeof json !== 'object' || json === null) return []
  return Object.entries(json).flatMap(([key, value]: [string, unknown]) => {
    const isId = /(^|_)id$/.test(key) && key !== 'message_id' && key !== 'content_id'
    if (!isId || value === null) return ids(value)
    const good = typeof value === 'string' && (UUID.test(value) || /^msg_\w+$/.test(value))
    return good ? [] : [`${key} ${JSON.stringify(value)}`]
  })
}
