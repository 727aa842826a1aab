import type { Ledger } from '../ledger.ts'
import type { AcceptedRecord, CallRecord } from '../ledger-lines.ts'
import type { Store } from '../store.ts'
import { simulatorMailbox } from './address.ts'
import { isRefused, composeBulk } from './bulk.ts'
import { composeEmail } from './compose.ts'
import { attemptOf, type Email } from './email.ts'
import { fateOf } from './fate.ts'
import type { Accepted, Home } from './mail.ts'
import { messageId } from './message-id.ts'
import type { Publisher } from './publisher.ts'
import { readRequest, sendBulkEmailRequest, sendEmailRequest } from './request.ts'
import { isSuppressed } from './suppression.ts'

const KEPT_EMAILS = 5000

export interface MailroomParts {
  store: Store
  ledger: Ledger
  publisher: Publisher
  home: Home
  eventDelay: number
}

/** Takes emails in, and finds them again: the latest in memory, all by composing their call once more. */
export class Mailroom {
  readonly #parts: MailroomParts
  readonly #kept = new Map<string, Email>()

  constructor(parts: MailroomParts) {
    this.#parts = parts
  }

  accept(email: Email, callId: string, entry: number): string {
    const { store, ledger, publisher, home, eventDelay } = this.#parts
    const at = Date.now()
    const sesMessageId = messageId(home.region, at)
    const accepted: Accepted = { sesMessageId, at }
    const events = fateOf(email, accepted, {
      region: home.region,
      isSuppressed: (recipient) => isSuppressed(store, recipient, email.configurationSet),
      random: Math.random,
      eventDelay,
    })
    ledger.accept(
      {
        sesMessageId,
        attemptId: attemptOf(email.tags),
        to: email.recipients,
        subject: email.subject,
        at,
        callId,
        entry,
        counted: countedByQuota(email),
      },
      events,
    )
    this.#keep(sesMessageId, email)
    // After the answer at the earliest: nobody hears of an email before its call is over.
    setImmediate(() => {
      for (const event of events) publisher.schedule(event, email, accepted)
    })
    return sesMessageId
  }

  async find(record: AcceptedRecord): Promise<Email> {
    const kept = this.#kept.get(record.sesMessageId)
    if (kept !== undefined) return kept
    const call = this.#parts.ledger.calls.get(record.callId)
    const email = call === undefined ? undefined : (await this.#composeAgain(call))[record.entry]
    if (email === undefined) throw new Error(`The call of ${record.sesMessageId} is not on disk`)
    this.#keep(record.sesMessageId, email)
    return email
  }

  forget(): void {
    this.#kept.clear()
    this.#last = null
  }

  #last: { callId: string; emails: (Email | undefined)[] } | null = null

  async #composeAgain(call: CallRecord): Promise<(Email | undefined)[]> {
    if (this.#last?.callId === call.id) return this.#last.emails
    if (call.body === undefined) return []
    const body = this.#parts.ledger.readBody(call.body)
    const json: unknown = JSON.parse(new TextDecoder().decode(body))
    const emails =
      call.operation === 'SendBulkEmail'
        ? composeBulk(readRequest(sendBulkEmailRequest, json), body.length).map((entry) =>
            isRefused(entry) ? undefined : entry,
          )
        : [await composeEmail(readRequest(sendEmailRequest, json), body.length)]
    this.#last = { callId: call.id, emails }
    return emails
  }

  #keep(sesMessageId: string, email: Email): void {
    this.#kept.set(sesMessageId, email)
    if (this.#kept.size <= KEPT_EMAILS) return
    const [oldest] = this.#kept.keys()
    if (oldest !== undefined) this.#kept.delete(oldest)
  }
}

/** Mail to SES's own simulator counts against the rate, not against the daily quota. */
export function countedByQuota(email: Email): number {
  return email.recipients.filter((recipient) => simulatorMailbox(recipient) === null).length
}
