import type { Fields } from '../support/sns-signer.ts'

/** A number from 0 to below 1. */
export type Random = () => number

export interface Mutation {
  field: string
  /** The whole body as it would be posted. */
  body: string
}

/** Fields that SNS does not sign: what they hold has no effect. */
export const UNSIGNED = ['UnsubscribeURL', 'MessageAttributes', 'Extra'] as const

const CONTROLS = '\n\t \u0000\u00a0\u200b\u202e\u2028\ufeff'
const SIGNS = '"\\/=+-_.:&<0Aé\u0435\ud83d'
const SPICE = ['\r\n', '%0a', ...Array.from(CONTROLS + SIGNS)]
const ODD_VALUES: unknown[] = [null, 0, 2, true, [], {}, ['x'], { toString: 'x' }, '', '\n']

/** One field of a message changed: its text in one place, its type, its name, or its absence. */
export function mutated(message: Fields, field: string, random: Random): Mutation {
  const value = message[field]
  const change = pick([edited, edited, edited, edited, odd, absent, renamed, twice], random)
  return { field, body: change(message, field, typeof value === 'string' ? value : '', random) }
}

type Change = (message: Fields, field: string, value: string, random: Random) => string

const edited: Change = (message, field, value, random) => {
  for (;;) {
    const text = edit(value, random)
    if (text !== value) return JSON.stringify({ ...message, [field]: text })
  }
}

function edit(value: string, random: Random): string {
  const at = Math.floor(random() * (value.length + 1))
  const before = value.slice(0, at)
  const after = value.slice(at)
  const spice = pick(SPICE, random)
  return pick(
    [
      () => before + spice + after,
      () => before + spice + after.slice(1),
      () => before + after.slice(1),
      () => before,
      () => after,
      () => value + value,
      () => value + spice,
      () => spice + value,
      () => before + value.slice(at, at + 1).repeat(2) + after,
      () => before + flipped(after.slice(0, 1)) + after.slice(1),
      () => before + after.slice(1, 2) + after.slice(0, 1) + after.slice(2),
      () => value.toUpperCase(),
      () => value.toLowerCase(),
      () => value.normalize('NFKD'),
      () => value.replaceAll('/', '\\/'),
      () => value.replaceAll('\ufffd', '\ud800'),
      () => otherBase64(value, random),
    ],
    random,
  )()
}

function flipped(letter: string): string {
  return letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase()
}

/** Other spellings of the same bytes, as lenient decoders take them. */
function otherBase64(value: string, random: Random): string {
  const unpadded = value.replace(/=+$/, '')
  const last = unpadded.slice(-1)
  return pick(
    [
      () => unpadded,
      () => `${unpadded}===`,
      () => value.replaceAll('+', '-').replaceAll('/', '_'),
      () => value.replace(/.{64}/g, '$&\n'),
      () => unpadded.slice(0, -1) + String.fromCharCode(last.charCodeAt(0) + 1),
      () => `${value}AAAA`,
      () => `=${value}`,
    ],
    random,
  )()
}

const odd: Change = (message, field, value, random) => {
  const values = ODD_VALUES.filter((each) => each !== value)
  return JSON.stringify({ ...message, [field]: pick(values, random) })
}

const absent: Change = (message, field) => JSON.stringify({ ...message, [field]: undefined })

const renamed: Change = (message, field, value) =>
  JSON.stringify({ ...message, [field]: undefined, [field.toLowerCase()]: value })

/** The first of two that bear the name is genuine; JSON takes the last. */
const twice: Change = (message, field, value, random) => {
  const forged = JSON.stringify({ [field]: `${pick(SPICE, random)}${value}` })
  return `${JSON.stringify(message).slice(0, -1)},${forged.slice(1)}`
}

function pick<T>(from: readonly T[], random: Random): T {
  const picked = from[Math.floor(random() * from.length)]
  if (picked === undefined) throw new Error('there is nothing to pick from')
  return picked
}
