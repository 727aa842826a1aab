import { setTimeout } from 'node:timers/promises'
import { z } from 'zod'
import type { Dice } from './seeded.ts'

/** Stands in every address, subject and body: none of it may be found in a log. */
export const NEEDLE = 'canary7q'

const AT_ONCE = 6
const BATCH = 50
const SECOND = 1000
const PATIENCE_MS = 120 * SECOND
const RETRY_MS = 100
const SINGLE_SHARE = 0.3
/** Of SES's own mailbox simulator. */
const MAILBOXES: readonly string[] = ['bounce', 'complaint', 'ooto', 'suppressionlist']

/** An email that was answered 200, and whom it is for; nobody else is ever written to under that address. */
export interface Asked {
  id: string
  to: string[]
  /** When it was answered, epoch milliseconds. */
  at: number
}
export interface AskedBroadcast {
  id: string
  to: string[]
}

interface Email {
  from: string
  to: string[]
  subject: string
  html: string
  text?: string
  [more: string]: unknown
}

export interface Sending {
  emails: number
  /** One address in so many is of SES's mailbox simulator; 0: none. */
  mailboxEvery?: number
  /** Of the emails that go one by one; the others go in batches. */
  singleShare?: number
  more?: Record<string, unknown>
}

const one = z.object({ id: z.string() })
const many = z.object({ data: z.array(one) })

/** A host application that is careful: it asks until it is answered, always with the same key. */
export class Traffic {
  readonly asked: Asked[] = []
  readonly broadcasts: AskedBroadcast[] = []
  readonly #api: string
  readonly #key: string
  readonly #dice: Dice
  readonly #run: string
  #count = 0
  #requests = 0

  constructor(api: string, key: string, dice: Dice, run: string) {
    this.#api = api
    this.#key = key
    this.#dice = dice
    this.#run = run
  }

  /** Resolves when each of them was answered 200. */
  async send({ emails, mailboxEvery = 12, singleShare, more = {} }: Sending): Promise<Asked[]> {
    const singles = Math.round(emails * (singleShare ?? SINGLE_SHARE))
    const requests: Email[][] = []
    for (let n = 0; n < singles; n += 1) requests.push([this.#email(mailboxEvery, more)])
    for (let left = emails - singles; left > 0; left -= BATCH) {
      const size = Math.min(BATCH, left)
      requests.push(Array.from({ length: size }, () => this.#email(mailboxEvery, more)))
    }
    const answered: Asked[] = []
    const queue = this.#dice.shuffle(requests).values()
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (const request of queue) answered.push(...(await this.#ask(request)))
      }),
    )
    return answered
  }

  /** Resolves when it has left draft. */
  async broadcast(
    recipients: number | string[],
    more: Record<string, unknown> = {},
  ): Promise<AskedBroadcast> {
    const { id } = one.parse(
      await this.call('/broadcasts', {
        name: `${NEEDLE} ${this.#run}`,
        from: `News <${NEEDLE}@club.example.com>`,
        subject: `${NEEDLE} for {{ name }}`,
        html: `<p>Dear {{ name }}, ${NEEDLE}. <a href="{{{RESEND_UNSUBSCRIBE_URL}}}">Leave</a></p>`,
        ...more,
      }),
    )
    const to = Array.isArray(recipients) ? recipients : this.addresses(recipients)
    const lines = to.map((email, n) => JSON.stringify({ email, variables: { name: `N${n}` } }))
    await this.call(`/broadcasts/${id}/recipients`, lines.join('\n'))
    this.broadcasts.push({ id, to })
    await this.call(`/broadcasts/${id}/send`, {}, (text) => text.includes('Only a draft'))
    return { id, to }
  }

  /** Nobody's so far; one in `mailboxEvery` of them is of a mailbox of SES's simulator. */
  addresses(count: number, mailboxEvery = 0, mailboxes: readonly string[] = MAILBOXES): string[] {
    return Array.from({ length: count }, () => this.#address(mailboxEvery, mailboxes))
  }

  /** POST until it is answered 2xx. `isDone`: an answer of 4xx that says it had been done before. */
  async call(
    path: string,
    body: object | string,
    isDone: (text: string) => boolean = () => false,
  ): Promise<unknown> {
    const json = typeof body !== 'string'
    this.#requests += 1
    const headers = {
      authorization: `Bearer ${this.#key}`,
      'content-type': json ? 'application/json' : 'application/x-ndjson',
      'idempotency-key': `${this.#run}-${this.#requests}`,
    }
    const deadline = Date.now() + PATIENCE_MS
    let trouble = ''
    while (Date.now() < deadline) {
      try {
        const answer = await this.once(path, json ? JSON.stringify(body) : body, headers)
        if (answer.status < 300) return JSON.parse(answer.text)
        if (answer.status < 500 && isDone(answer.text)) return {}
        const again =
          answer.status === 429 || answer.status >= 500 || answer.text.includes('concurrent_')
        if (!again) throw new Refused(`${path} answered ${answer.status} ${answer.text}`)
        trouble = `${answer.status} ${answer.text}`
      } catch (error) {
        if (error instanceof Refused) throw error
        trouble = String(error)
      }
      await setTimeout(RETRY_MS)
    }
    throw new Error(`${path} was not answered within ${PATIENCE_MS / SECOND} s: ${trouble}`)
  }

  /** One POST or other call, whatever the answer. */
  async once(
    path: string,
    body: string,
    headers: Record<string, string> = { authorization: `Bearer ${this.#key}` },
    method = 'POST',
  ): Promise<{ status: number; text: string }> {
    const signal = AbortSignal.timeout(PATIENCE_MS)
    const response = await fetch(this.#api + path, { method, headers, body, signal })
    return { status: response.status, text: await response.text() }
  }

  async #ask(emails: Email[]): Promise<Asked[]> {
    const [first] = emails
    const single = emails.length === 1
    const answer = await this.call(
      single ? '/emails' : '/emails/batch',
      single && first !== undefined ? first : emails,
    )
    const ids = single ? [one.parse(answer)] : many.parse(answer).data
    const asked = ids.map(({ id }, n) => ({ id, to: emails[n]?.to ?? [], at: Date.now() }))
    this.asked.push(...asked)
    return asked
  }

  #email(mailboxEvery: number, more: Record<string, unknown>): Email {
    const n = this.#count
    return {
      from: `The Shop <orders-${NEEDLE}@shop.example.com>`,
      to: [this.#address(mailboxEvery)],
      subject: `${NEEDLE} ${this.#run} ${n}`,
      html: `<p>Hello, <b>${NEEDLE}</b> ${n}.</p>`,
      ...(n % 3 === 0 ? { text: `Hello ${NEEDLE} ${n}` } : {}),
      ...more,
    }
  }

  #address(mailboxEvery: number, mailboxes = MAILBOXES): string {
    this.#count += 1
    const name = `${NEEDLE}.${this.#run}.${this.#count}`
    if (mailboxEvery === 0 || this.#count % mailboxEvery !== 0) return `${name}@example.com`
    return `${this.#dice.pick(mailboxes)}+${name}@simulator.amazonses.com`
  }
}

class Refused extends Error {}
