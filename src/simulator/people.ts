import { z } from 'zod'
import type { Ledger } from './ledger.ts'
import type { AcceptedRecord } from './ledger-lines.ts'
import type { Random } from './random.ts'
import { topicsFor } from './ses/configuration.ts'
import type { Email } from './ses/email.ts'
import { clickEvent, complaintEvent, openEvent, type Reader, type SesEvent } from './ses/event.ts'
import type { Home } from './ses/mail.ts'
import type { Mailroom } from './ses/mailroom.ts'
import type { Publisher } from './ses/publisher.ts'
import { suppressAfter } from './ses/suppression.ts'
import { imagesOf, linksOf } from './ses/tracking.ts'
import type { Store } from './store.ts'

export const personAct = z.strictObject({
  sesMessageId: z.string().min(1),
  does: z.enum(['open', 'click', 'complain']),
  p: z.number().min(0).max(1).default(1),
})
export type PersonAct = z.infer<typeof personAct>

export interface PeopleParts {
  store: Store
  ledger: Ledger
  mailroom: Mailroom
  publisher: Publisher
  home: Home
  random: Random
}

const AT_ONCE = 16
const IMAGE_TIMEOUT_MS = 5000
const READER: Reader = {
  ipAddress: '203.0.113.7',
  userAgent:
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15',
}

export interface PeopleDid {
  /** Emails that were acted on. */
  emails: number
  /** Images really loaded. */
  images: number
  /** Events that SES made of it. */
  events: number
}

/** People act on what they got: on one email, or on each that arrived, with chance `p`. Null for an email unknown. */
export async function letPeopleAct(act: PersonAct, parts: PeopleParts): Promise<PeopleDid | null> {
  const { ledger, random } = parts
  const one = ledger.accepted.get(act.sesMessageId)
  if (one === undefined && act.sesMessageId !== 'all') return null
  const all = one === undefined ? [...ledger.accepted.values()] : [one]
  const chosen = all.filter((record) => hasArrived(ledger, record) && random() < act.p)
  const did: PeopleDid = { emails: chosen.length, images: 0, events: 0 }
  const queue = chosen.values()
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const record of queue) {
        const { images, events } = await actOn(record, act.does, parts)
        did.images += images
        did.events += events
      }
    }),
  )
  return did
}

/** Whom it was delivered to; nobody opens what bounced. */
function readersOf(ledger: Ledger, { sesMessageId }: AcceptedRecord): string[] {
  const now = Date.now()
  return (ledger.eventsOf.get(sesMessageId) ?? [])
    .filter(({ event }) => event.type === 'Delivery' && event.dueAt <= now)
    .flatMap(({ event }) => event.recipients)
}

export function hasArrived(ledger: Ledger, record: AcceptedRecord): boolean {
  return readersOf(ledger, record).length > 0
}

async function actOn(record: AcceptedRecord, does: PersonAct['does'], parts: PeopleParts) {
  const { store, ledger, mailroom, publisher, home } = parts
  const email = await mailroom.find(record)
  const html = email.content().html ?? ''
  const timed = { sesMessageId: record.sesMessageId, at: Date.now() }
  const readers = readersOf(ledger, record)
  const images = does === 'open' ? await loadImages(html) : 0
  ledger.addDeed({ sesMessageId: record.sesMessageId, does, at: timed.at, images })
  const events = eventsOf()
  for (const event of events) {
    ledger.addEvent(event)
    publisher.schedule(event, email, record)
  }
  return { images, events: events.length }

  function eventsOf(): SesEvent[] {
    if (does === 'open')
      return tracks(store, email, 'OPEN') ? [openEvent(timed, readers, READER)] : []
    if (does === 'click') {
      const [link] = linksOf(html)
      return link !== undefined && tracks(store, email, 'CLICK')
        ? [clickEvent(timed, readers, READER, link)]
        : []
    }
    return readers.map((recipient) => {
      const event = complaintEvent(timed, recipient, READER.userAgent, home.region)
      const feedbackId = String(event.detail['feedbackId'])
      const cause = { sesMessageId: record.sesMessageId, feedbackId }
      suppressAfter(store, recipient, 'COMPLAINT', cause, timed.at)
      return event
    })
  }
}

/** SES sees opens and clicks of html mail, where a destination of the set asks for them and the call did not switch it off. */
export function tracks(store: Store, email: Email, type: 'OPEN' | 'CLICK'): boolean {
  const wanted = type === 'OPEN' ? email.openTracking : email.clickTracking
  return wanted && email.hasHtml && topicsFor(store, email.configurationSet, type).length > 0
}

async function loadImages(html: string): Promise<number> {
  const urls = imagesOf(html).filter(isOnThisMachine)
  const loads = await Promise.all(urls.map(loadImage))
  return loads.filter((loaded) => loaded).length
}

async function loadImage(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, {
      headers: { 'User-Agent': READER.userAgent, Accept: 'image/*' },
      signal: AbortSignal.timeout(IMAGE_TIMEOUT_MS),
    })
    await response.arrayBuffer()
    return response.ok
  } catch {
    return false
  }
}

function isOnThisMachine(url: string): boolean {
  if (!URL.canParse(url)) return false
  const { protocol, hostname } = new URL(url)
  return (
    /^https?:$/.test(protocol) &&
    (hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.'))
  )
}
