import { bareAddress } from './address.ts'
import { badRequest } from './error.ts'
import { checkRecipients } from './limits.ts'
import type { Destination, Overrides } from './request.ts'

export interface Recipients {
  to: string[]
  cc: string[]
  bcc: string[]
  /** Bare addresses. */
  recipients: string[]
}

export function readDestination(destination: Destination): Recipients {
  const to = destination?.ToAddresses ?? []
  const cc = destination?.CcAddresses ?? []
  const bcc = destination?.BccAddresses ?? []
  checkRecipients(to.length + cc.length + bcc.length)
  return { to, cc, bcc, recipients: [...to, ...cc, ...bcc].map(bareAddress) }
}

export function readSender(from: string | null | undefined): string {
  if (from === null || from === undefined || from === '')
    throw badRequest("Missing required header 'From'.")
  bareAddress(from)
  return from
}

export function readReplyTo(addresses: string[] | null | undefined): string[] {
  const replyTo = addresses ?? []
  replyTo.forEach(bareAddress)
  return replyTo
}

export function readTracking(overrides: Overrides): { open: boolean; click: boolean } {
  return {
    open: overrides?.Tracking?.OpenTrackingEnabled !== 'DISABLED',
    click: overrides?.Tracking?.ClickTrackingEnabled !== 'DISABLED',
  }
}
