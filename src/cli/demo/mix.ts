import { seeded } from './seeded.ts'

/** One request as a host application would make it. */
export interface DemoRequest {
  path: '/emails' | '/emails/batch'
  idempotencyKey: string
  /** In the order in which the answer gives their ids. */
  emails: DemoEmail[]
}

export interface DemoEmail {
  from: string
  to: string[]
  cc?: string[]
  bcc?: string[]
  subject: string
  html: string
  text?: string
  attachments?: { filename: string; content: string }[]
  priority?: 'high' | 'normal' | 'bulk'
}

const BATCH = 50
const SINGLE_SHARE = 0.3
/** Of SES's mailbox simulator, one address in ten. */
const MAILBOXES = ['bounce', 'bounce', 'complaint', 'suppressionlist', 'ooto']
const MAILBOX_EVERY = 10
const DOMAINS = ['example.com', 'example.org', 'example.net']
const NAMES = ['Ada', 'Björn', 'Chidi', 'Đorđe', 'Eun-ji', 'Fatima', 'Grace', 'Hedwig']

/**
 * So many emails in two waves. The second, a fifth, goes to addresses of the first: those that
 * bounced or complained meanwhile must not be written to again.
 */
export function demoWaves(count: number, seed: number): [DemoRequest[], DemoRequest[]] {
  const random = seeded(seed)
  const second = Math.floor(count / 5)
  const people = Array.from({ length: count - second }, (_, n) => addressOf(n, random))
  const known = people.filter((address) => address.includes('@simulator.'))
  const again = Array.from({ length: second }, (_, n) =>
    n < known.length ? (known[n] ?? '') : pick(people, random),
  )
  return [
    requestsFor(people, `demo-${seed}-first`, random),
    requestsFor(again, `demo-${seed}-second`, random),
  ]
}

function requestsFor(people: string[], key: string, random: () => number): DemoRequest[] {
  const singles = Math.floor(people.length * SINGLE_SHARE)
  const requests = people.slice(0, singles).map<DemoRequest>((address, n) => ({
    path: '/emails',
    idempotencyKey: `${key}-${n}`,
    emails: [receipt(address, n, random)],
  }))
  for (let start = singles; start < people.length; start += BATCH) {
    requests.push({
      path: '/emails/batch',
      idempotencyKey: `${key}-${start}`,
      emails: people.slice(start, start + BATCH).map((address, n) => news(address, start + n)),
    })
  }
  return requests
}

/** What a person waits for: some of it to several people, some with a file, some without haste. */
function receipt(address: string, n: number, random: () => number): DemoEmail {
  const email: DemoEmail = {
    from: 'The Shop <orders@shop.example.com>',
    to: [address],
    subject: `Your order ${1000 + n} is on its way`,
    html: `<h1>Thank you</h1><p>Order <b>${1000 + n}</b> has left us.</p>`,
  }
  if (n % 5 === 1) email.text = `Thank you. Order ${1000 + n} has left us.`
  if (n % 7 === 2) {
    email.attachments = [
      {
        filename: `invoice-${1000 + n}.txt`,
        content: Buffer.from(`Invoice ${1000 + n}\nTotal 42.00\n`).toString('base64'),
      },
    ]
  }
  if (n % 6 === 3) {
    email.to.push(`copy.${n}@example.org`)
    email.cc = [`team.${n}@example.net`]
    if (random() < 0.5) email.bcc = [`archive.${n}@example.com`]
  }
  if (n % 9 === 4) email.priority = 'normal'
  if (n % 9 === 5) email.priority = 'bulk'
  return email
}

/** What goes to many in much the same words. */
function news(address: string, n: number): DemoEmail {
  const name = NAMES[n % NAMES.length] ?? ''
  return {
    from: 'The Club <news@club.example.com>',
    to: [address],
    subject: `${name}, the club meets on Friday`,
    html: `<p>Dear ${name},</p><p>we meet at <a href="https://club.example.com/?seat=${n}">eight</a>, your seat is ${n}.</p>`,
    text: `Dear ${name}, we meet at eight, your seat is ${n}.`,
  }
}

function addressOf(n: number, random: () => number): string {
  if (n % MAILBOX_EVERY === 7) {
    const mailbox = MAILBOXES[Math.floor(n / MAILBOX_EVERY) % MAILBOXES.length]
    return `${mailbox}+${n}@simulator.amazonses.com`
  }
  return `person.${n}@${pick(DOMAINS, random)}`
}

function pick(from: string[], random: () => number): string {
  return from[Math.floor(random() * from.length)] ?? ''
}
