import { seeded } from '../seeded.ts'

export interface Person {
  email: string
  name: string
  variables: { seat: number; plan?: string }
}

/** Addresses of SES's mailbox simulator: one in `every`, the `at`th of them. Bounces stay below the brake. */
const MAILBOXES = [
  { mailbox: 'bounce', every: 100, at: 7 },
  { mailbox: 'ooto', every: 500, at: 11 },
  { mailbox: 'suppressionlist', every: 500, at: 13 },
]
/** Two only: more could brake the broadcast while little is delivered. */
const COMPLAINING = [19, 23]
const FIRST_NAMES = ['Ada', 'Björn', 'Chidi', 'Đorđe', 'Eun-ji', 'Fatima', 'Grace', 'Hedwig']
const LAST_NAMES = ["O'Neill", 'Müller & Söhne', 'Nguyễn', 'Okafor', 'Lovelace']

/** So many people, each once, some of whom bounce or complain; `known` are among them. */
export function demoAudience(count: number, seed: number, known: readonly string[]): Person[] {
  const random = seeded(seed)
  const pick = (from: readonly string[]) => from[Math.floor(random() * from.length)] ?? ''
  return Array.from({ length: count }, (_, n) => ({
    email: known[n - count + known.length] ?? addressOf(n),
    name: `${pick(FIRST_NAMES)} ${pick(LAST_NAMES)}`,
    variables: { seat: n, ...(n % 3 === 0 ? { plan: '<gold>' } : {}) },
  }))
}

/** Some who are people and not SES's mailboxes, evenly from all. */
export function somePeople(audience: readonly Person[], count: number): Person[] {
  const people = audience.filter(({ email }) => !email.includes('@simulator.'))
  const every = Math.max(1, Math.floor(people.length / count))
  return people.filter((_, n) => n % every === 0).slice(0, count)
}

function addressOf(n: number): string {
  if (COMPLAINING.includes(n)) return `complaint+b${n}@simulator.amazonses.com`
  const mailbox = MAILBOXES.find(({ every, at }) => n % every === at)?.mailbox
  return mailbox === undefined
    ? `member.${n}@example.com`
    : `${mailbox}+b${n}@simulator.amazonses.com`
}
