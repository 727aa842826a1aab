import { mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Bodies, Journal, readJournal } from './journal.ts'
import {
  type AcceptedRecord,
  type CallRecord,
  type DeadLetter,
  type Deed,
  type Delivery,
  type EventRecord,
  ledgerLine,
  type LedgerLine,
} from './ledger-lines.ts'
import type { SesEvent } from './ses/event.ts'

/**
 * What really happened: every call, every accepted email, every event and each try to tell it.
 * In memory for questions, on disk as it happens, rebuilt from there on start.
 */
export class Ledger {
  readonly calls = new Map<string, CallRecord>()
  readonly accepted = new Map<string, AcceptedRecord>()
  readonly events = new Map<string, EventRecord>()
  /** By SES's message id. */
  readonly eventsOf = new Map<string, EventRecord[]>()
  readonly deadLetters: DeadLetter[] = []
  readonly deeds: Deed[] = []
  readonly #journal: Journal
  readonly #bodies: Bodies

  constructor(directory: string) {
    mkdirSync(directory, { recursive: true })
    const journal = join(directory, 'ledger.jsonl')
    const bodies = join(directory, 'bodies')
    this.#journal = new Journal(journal)
    for (const line of readJournal(journal)) this.#remember(ledgerLine.parse(line))
    this.#bodies = new Bodies(bodies, statSync(bodies, { throwIfNoEntry: false })?.size ?? 0)
  }

  /** An answered call; before the answer leaves, this is on disk. */
  recordCall(call: CallRecord): void {
    this.#write({ call })
    this.#journal.flush()
  }

  keepBody(body: Uint8Array): { offset: number; length: number } {
    return { offset: this.#bodies.append(body), length: body.length }
  }

  readBody({ offset, length }: { offset: number; length: number }): Uint8Array {
    return this.#bodies.read(offset, length)
  }

  accept(accepted: AcceptedRecord, events: SesEvent[]): void {
    this.#write({ accepted, events })
  }

  addEvent(event: SesEvent): void {
    this.#write({ event })
  }

  lose(eventId: string): void {
    this.#write({ lost: eventId })
  }

  recordDelivery(eventId: string, delivery: Delivery): void {
    this.#write({ eventId, delivery })
  }

  addDeadLetter(deadLetter: DeadLetter): void {
    this.#write({ deadLetter })
  }

  addDeed(deed: Deed): void {
    this.#write({ deed })
  }

  forget(): void {
    this.calls.clear()
    this.accepted.clear()
    this.events.clear()
    this.eventsOf.clear()
    this.deadLetters.length = 0
    this.deeds.length = 0
    this.#journal.empty()
    this.#bodies.empty()
  }

  close(): void {
    this.#journal.close()
    this.#bodies.close()
  }

  #write(line: LedgerLine): void {
    this.#remember(line)
    this.#journal.append(line)
  }

  #remember(line: LedgerLine): void {
    if ('call' in line) this.calls.set(line.call.id, line.call)
    else if ('accepted' in line) {
      this.accepted.set(line.accepted.sesMessageId, line.accepted)
      for (const event of line.events) this.#expect(event)
    } else if ('event' in line) this.#expect(line.event)
    else if ('lost' in line) {
      const record = this.events.get(line.lost)
      if (record) record.lost = true
    } else if ('delivery' in line) this.events.get(line.eventId)?.deliveries.push(line.delivery)
    else if ('deed' in line) this.deeds.push(line.deed)
    else this.deadLetters.push(line.deadLetter)
  }

  #expect(event: SesEvent): void {
    const record: EventRecord = {
      event,
      published: false,
      lost: false,
      awaited: 0,
      deliveries: [],
    }
    this.events.set(event.id, record)
    const known = this.eventsOf.get(event.sesMessageId)
    if (known === undefined) this.eventsOf.set(event.sesMessageId, [record])
    else known.push(record)
  }
}
