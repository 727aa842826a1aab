import type { Actor } from './event.ts'

/** Rises with every change below, so that a stored class tells which rules made it. */
export const OPEN_RULES = 1

export interface Load {
  /** SES's own opinion, `Likely` or `Unlikely`; it is missing on older events and on our pixel's. */
  isBotEvent: string | undefined
  userAgent: string | undefined
  /** The user agent names itself a robot, by a kept list. */
  knownRobot: boolean
}

export interface OpenClass {
  actor: Actor
  reason: string
}

/** Apple's privacy relay loads every image, read or not, and says only this. */
const APPLE_RELAY = 'Mozilla/5.0'
/** Gmail looks ahead with this exact browser, long gone elsewhere. */
const GMAIL_PREFETCH = / Chrome\/42\.0\.2311\.135 Safari\/537\.36 Edge\/12\.246 Mozilla\/5\.0$/
const IMAGE_PROXY = /GoogleImageProxy|YahooMailProxy/
/** Scanners dress up as browsers, not as mail programs. The last is Mail on an iPhone, which is no Safari. */
const MAIL_PROGRAM =
  / Thunderbird\/\d|Microsoft Outlook \d|^Mozilla\/5\.0 \(iP(hone|ad);[^)]*\) AppleWebKit\/[\d.]+ \(KHTML, like Gecko\) Mobile\/\w+$/

/**
 * Who loaded an image or followed a link, the first rule that fits.
 * That SES said nothing is never taken for "Unlikely": a browser alone proves no person.
 */
export function classifyOpen(load: Load): OpenClass {
  const userAgent = load.userAgent?.trim() ?? ''
  if (load.isBotEvent === 'Likely') return is('machine', 'SES takes it for a robot')
  if (userAgent === APPLE_RELAY) return is('machine', 'Apple loads every image')
  if (IMAGE_PROXY.test(userAgent)) return is('proxy', 'the image proxy of a mailbox provider')
  if (GMAIL_PREFETCH.test(userAgent)) return is('machine', 'Gmail looks ahead')
  if (load.knownRobot) return is('machine', 'a robot by its own name')
  if (userAgent === '') return is('unknown', 'no user agent')
  if (load.isBotEvent === 'Unlikely') return is('human', 'SES takes it for a person')
  if (MAIL_PROGRAM.test(userAgent)) return is('human', 'a mail program')
  return is('unknown', 'a browser, which scanners are too')
}

function is(actor: Actor, reason: string): OpenClass {
  return { actor, reason: `${reason} (rules ${OPEN_RULES})` }
}
