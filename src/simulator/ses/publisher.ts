import type { Faults } from '../faults.ts'
import type { Ledger } from '../ledger.ts'
import type { Notification } from '../sns/notification.ts'
import { notificationId } from '../sns/notification.ts'
import type { Store } from '../store.ts'
import { topicsFor } from './configuration.ts'
import type { Email } from './email.ts'
import { EVENT_SUBJECT, eventMessage, matchingType, type SesEvent } from './event.ts'
import type { Accepted, Home } from './mail.ts'

export interface PublisherParts {
  store: Store
  ledger: Ledger
  faults: Faults
  home: Home
  /** To how many subscribers. */
  publish: (notification: Notification) => number
}

/** Tells the world what became of an email, when it is due, unless a fault has it otherwise. */
export class Publisher {
  readonly #parts: PublisherParts
  readonly #timers = new Set<NodeJS.Timeout>()

  constructor(parts: PublisherParts) {
    this.#parts = parts
  }

  schedule(event: SesEvent, email: Email, accepted: Accepted): void {
    this.#after(event.dueAt - Date.now(), () => {
      const struck = this.#parts.faults.onEvent(event.type)
      if (struck.lost) {
        this.#mark(event)
        this.#parts.ledger.lose(event.id)
        return
      }
      const copies = struck.double ? ['', this.#again()] : ['']
      this.#after(struck.delayMs, () => {
        this.#mark(event)
        for (const copy of copies) this.tell(event, email, accepted, copy)
      })
    })
  }

  /**
   * Publishes now to every topic that wants it. Another `copy` is the same event under another id of
   * SNS; `only` names the subscriptions to tell, where not all are.
   */
  tell(event: SesEvent, email: Email, accepted: Accepted, copy = '', only?: string[]): void {
    const { store, ledger, home, publish } = this.#parts
    const record = ledger.events.get(event.id)
    for (const topicArn of topicsFor(store, email.configurationSet, matchingType(event.type))) {
      const subscribers = publish({
        id: notificationId(event.id + copy, topicArn),
        topicArn,
        subject: EVENT_SUBJECT,
        // One time for all tries and all repetitions, and so one signature.
        at: event.dueAt,
        message: () => eventMessage(event, email, accepted, home),
        ...(only === undefined ? {} : { only }),
        eventId: event.id,
        told: (delivery) => ledger.recordDelivery(event.id, delivery),
      })
      if (record) record.awaited += subscribers
    }
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
  }

  /** SNS repeats a delivery under its id; SES, more rarely, an event under a new one. */
  #again(): string {
    return this.#parts.faults.random() < 0.5 ? '' : ' again'
  }

  #mark(event: SesEvent): void {
    const record = this.#parts.ledger.events.get(event.id)
    if (record) record.published = true
  }

  #after(delayMs: number, then: () => void): void {
    if (delayMs <= 0) {
      then()
      return
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      then()
    }, delayMs)
    this.#timers.add(timer)
  }
}
