import type { NameValue } from '../domain/content.ts'
import { headerFault } from '../domain/header.ts'
import { MAX_HEADERS } from '../domain/ses-limits.ts'
import { PRIORITIES, type Priority } from '../domain/priority.ts'
import { invalidField } from '../http/errors.ts'
import type { SendInput } from './send-schema.ts'

/** What callers put into headers because their client has no field for it. */
export interface SendHeaders {
  headers: NameValue[]
  /** Symfony writes it here beside the field. */
  replyTo: string | null
  priority: Priority | null
  pixel: boolean | null
  sesTracking: boolean | null
  clickTracking: boolean | null
}

const SWITCHES = new Map([
  ['on', true],
  ['true', true],
  ['off', false],
  ['false', false],
])

/** Reply-To and every X-Aerogram-… are taken out; the rest goes to SES as it is. */
export function parseHeaders(input: SendInput['headers']): SendHeaders {
  const found: SendHeaders = {
    headers: [],
    replyTo: null,
    priority: null,
    pixel: null,
    sesTracking: null,
    clickTracking: null,
  }
  for (const [name, given] of Object.entries(input ?? {})) {
    const header = { name, value: String(given) }
    switch (name.toLowerCase()) {
      case 'reply-to':
        found.replyTo = header.value
        break
      case 'x-aerogram-priority':
        found.priority = parsePriority(header)
        break
      case 'x-aerogram-pixel':
        found.pixel = parseSwitch(header)
        break
      case 'x-aerogram-ses-tracking':
        found.sesTracking = parseSwitch(header)
        break
      case 'x-aerogram-clicks':
        found.clickTracking = parseSwitch(header)
        break
      default:
        if (!name.toLowerCase().startsWith('x-aerogram-')) found.headers.push(permitted(header))
    }
  }
  if (found.headers.length > MAX_HEADERS) {
    throw invalidField('headers', `At most ${MAX_HEADERS} headers.`)
  }
  return found
}

function permitted(header: NameValue): NameValue {
  const fault = headerFault(header)
  if (fault !== null) throw invalidField(fieldOf(header), fault)
  return header
}

function parsePriority(header: NameValue): Priority {
  const value = header.value.trim().toLowerCase()
  const priority = PRIORITIES.find((known) => known === value)
  if (priority === undefined)
    throw invalidField(fieldOf(header), `One of ${PRIORITIES.join(', ')}.`)
  return priority
}

function parseSwitch(header: NameValue): boolean {
  const on = SWITCHES.get(header.value.trim().toLowerCase())
  if (on === undefined) throw invalidField(fieldOf(header), 'Either on or off.')
  return on
}

/** A name is quoted only as far as it can stand in a message. */
function fieldOf({ name }: NameValue): string {
  return `headers.${name.replace(/[^!-~]/g, '?').slice(0, 100)}`
}
