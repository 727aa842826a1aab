import { z } from 'zod'
import type { Suppression, SuppressionReason } from '../resources.ts'
import type { Store } from '../store.ts'
import { bareAddress, listedAddress, simulatorMailbox } from './address.ts'
import { constraint, notFound, SesError } from './error.ts'
import { readRequest } from './request.ts'

const REASON = z.enum(['BOUNCE', 'COMPLAINT'])
const putRequest = z.object({ EmailAddress: z.string(), Reason: z.string() })
const DEFAULT_PAGE = 1000

export function putSuppressed(store: Store, json: unknown, now: number): object {
  const request = readRequest(putRequest, json)
  const address = listedAddress(bareAddress(request.EmailAddress))
  const reason = readReason(request.Reason, 'reason')
  store.suppressions.set(address, { address, reason, at: now, cause: null })
  store.changed()
  return {}
}

export function getSuppressed(store: Store, given: string): object {
  const entry = find(store, given)
  const attributes =
    entry.cause === null
      ? {}
      : { MessageId: entry.cause.sesMessageId, FeedbackId: entry.cause.feedbackId }
  return { SuppressedDestination: { ...summary(entry), Attributes: attributes } }
}

export function deleteSuppressed(store: Store, given: string): object {
  store.suppressions.delete(find(store, given).address)
  store.changed()
  return {}
}

export function listSuppressed(store: Store, query: URLSearchParams): object {
  const reasons = query.getAll('Reason').map((reason) => readReason(reason, 'reasons'))
  const from = readDate(query.get('StartDate')) ?? -Infinity
  const to = readDate(query.get('EndDate')) ?? Infinity
  const size = Number(query.get('PageSize') ?? DEFAULT_PAGE)
  if (!Number.isInteger(size) || size < 1 || size > DEFAULT_PAGE)
    throw constraint('pageSize', `Member must be between 1 and ${DEFAULT_PAGE}`)
  const start = Number(query.get('NextToken') ?? 0)
  if (!Number.isInteger(start) || start < 0)
    throw new SesError('InvalidNextTokenException', 400, 'The specified token is not valid.')
  const found = [...store.suppressions.values()].filter(
    ({ reason, at }) =>
      (reasons.length === 0 || reasons.includes(reason)) && at >= from && at <= to,
  )
  const page = found.slice(start, start + size)
  return {
    SuppressedDestinationSummaries: page.map(summary),
    ...(start + size < found.length ? { NextToken: String(start + size) } : {}),
  }
}

/** The account's list as the configuration set, or else the account, wants it used. */
export function isSuppressed(
  store: Store,
  recipient: string,
  configurationSet: string | null,
): boolean {
  const entry = store.suppressions.get(listedAddress(recipient))
  if (entry === undefined) return false
  const set = configurationSet === null ? null : store.configurationSets.get(configurationSet)
  return (set?.suppressedReasons ?? store.suppressedReasons).includes(entry.reason)
}

/** What a bounce or a complaint does by itself. Addresses of SES's own simulator never get listed. */
export function suppressAfter(
  store: Store,
  recipient: string,
  reason: SuppressionReason,
  cause: { sesMessageId: string; feedbackId: string },
  now: number,
): void {
  if (simulatorMailbox(recipient) !== null || !store.suppressedReasons.includes(reason)) return
  const address = listedAddress(recipient)
  store.suppressions.set(address, { address, reason, at: now, cause })
  store.changed()
}

function find(store: Store, given: string): Suppression {
  const address = listedAddress(given)
  const entry = store.suppressions.get(address)
  if (entry === undefined)
    throw notFound(`Email address ${address} does not exist on your suppression list.`)
  return entry
}

function summary({ address, reason, at }: Suppression): object {
  return { EmailAddress: address, Reason: reason, LastUpdateTime: at / 1000 }
}

export function readReason(given: string, path: string): SuppressionReason {
  const reason = REASON.safeParse(given)
  if (reason.success) return reason.data
  throw constraint(path, 'Member must satisfy enum value set: [BOUNCE, COMPLAINT]')
}

function readDate(given: string | null): number | null {
  if (given === null) return null
  const at = /^\d+(\.\d+)?$/.test(given) ? Number(given) * 1000 : Date.parse(given)
  if (Number.isNaN(at)) throw constraint('startDate', 'Member must be a timestamp')
  return at
}
