import type { EntryFault, Faults } from '../faults.ts'
import type { Store } from '../store.ts'
import { composeBulk, isRefused, type RefusedEntry } from './bulk.ts'
import { composeEmail } from './compose.ts'
import { findConfigurationSet } from './configuration.ts'
import type { Email } from './email.ts'
import { QUOTA_EXCEEDED, RATE_EXCEEDED, sendingPaused, tooManyRequests } from './error.ts'
import { countedByQuota, type Mailroom } from './mailroom.ts'
import { readRequest, sendBulkEmailRequest, sendEmailRequest } from './request.ts'

export interface SendCall {
  id: string
  json: unknown
  /** Size of the request. */
  bytes: number
  /** What is to go wrong with entries of a bulk call. */
  entryFaults: EntryFault[]
}

export interface SendParts {
  store: Store
  mailroom: Mailroom
  faults: Faults
}

export async function sendEmail(call: SendCall, { store, mailroom }: SendParts): Promise<object> {
  const email = await composeEmail(readRequest(sendEmailRequest, call.json), call.bytes)
  checkMaySend(store, email.configurationSet)
  admit(store, [email], Date.now())
  return { MessageId: mailroom.accept(email, call.id, 0) }
}

export interface EntryResult {
  Status: string
  MessageId?: string
  Error?: string
}

export function sendBulkEmail(call: SendCall, parts: SendParts): object {
  const { store, mailroom } = parts
  const request = readRequest(sendBulkEmailRequest, call.json)
  const entries = composeBulk(request, call.bytes)
  checkMaySend(store, request.ConfigurationSetName ?? null)
  // One moment for all entries: the bucket does not refill between them.
  const now = Date.now()
  const byEntry = store.account.settings.overRate === 'entry'
  const struck = strikeEntries(entries.length, call.entryFaults, parts.faults)
  const taken = entries.filter((entry, at) => isTaken(entry, struck.get(at)))
  if (!byEntry) admit(store, taken, now)
  const results = entries.map((entry, at): EntryResult => {
    if (isRefused(entry)) return { Status: entry.status, Error: entry.error }
    const fault = struck.get(at)
    if (fault !== undefined && !fault.accepted) return failed(fault.status)
    const refusal = byEntry ? entryRefusal(store, entry, now) : null
    if (refusal !== null) return refusal
    const MessageId = mailroom.accept(entry, call.id, at)
    return fault === undefined ? { Status: 'SUCCESS', MessageId } : failed(fault.status)
  })
  return { BulkEmailEntryResults: results }
}

function isTaken(entry: Email | RefusedEntry, fault: EntryFault | undefined): entry is Email {
  return !isRefused(entry) && (fault === undefined || fault.accepted)
}

function checkMaySend(store: Store, configurationSet: string | null): void {
  if (!store.account.settings.sendingEnabled)
    throw sendingPaused('Email sending is disabled for this account.')
  if (configurationSet === null) return
  if (!findConfigurationSet(store, configurationSet).sendingEnabled)
    throw sendingPaused(`Sending is paused for configuration set ${configurationSet}`)
}

function admission(store: Store, emails: Email[], now: number) {
  const recipients = emails.reduce((sum, email) => sum + email.recipients.length, 0)
  const counted = emails.reduce((sum, email) => sum + countedByQuota(email), 0)
  return store.account.admit(recipients, counted, now)
}

function admit(store: Store, emails: Email[], now: number): void {
  if (emails.length === 0) return
  const verdict = admission(store, emails, now)
  if (verdict === 'over the rate') throw tooManyRequests(RATE_EXCEEDED)
  if (verdict === 'over the quota') throw tooManyRequests(QUOTA_EXCEEDED)
}

function entryRefusal(store: Store, email: Email, now: number): EntryResult | null {
  const verdict = admission(store, [email], now)
  switch (verdict) {
    case 'admitted':
      return null
    case 'over the rate':
      return { Status: 'ACCOUNT_THROTTLED', Error: RATE_EXCEEDED }
    case 'over the quota':
      return { Status: 'ACCOUNT_DAILY_QUOTA_EXCEEDED', Error: QUOTA_EXCEEDED }
    default:
      return verdict satisfies never
  }
}

function failed(status: string): EntryResult {
  return { Status: status, Error: `The entry ended as ${status}.` }
}

/** Each fault strikes an entry of its own, as long as there are entries. */
function strikeEntries(
  count: number,
  entryFaults: EntryFault[],
  faults: Faults,
): Map<number, EntryFault> {
  const whole = Array.from({ length: count }, (_, at) => at)
  const struck = new Map<number, EntryFault>()
  for (const fault of entryFaults) {
    const [at] = whole.splice(Math.floor(faults.random() * whole.length), 1)
    if (at !== undefined) struck.set(at, fault)
  }
  return struck
}
