/**
 * Some clients read what a bounce means out of its text: "bounce message" stands for a bounce,
 * "suppressed sending" for an address that was not written to at all.
 */
export function bounceMessage(type: string, subType: string): string {
  const word =
    type === 'Permanent' ? 'hard bounce' : type === 'Transient' ? 'soft bounce' : 'bounce'
  return `The recipient's email provider sent a ${word} message, ${WHY[subType] ?? UNKNOWN}.`
}

/** `why` says what the address did, or whose wish it is. */
export function suppressionMessage(why: string): string {
  return `Aerogram has suppressed sending to this address: ${why}.`
}

/** Bounce sub types that every client knows; SES invents more. Source: SES Developer Guide, "Bounce types". */
export function knownSubType(subType: string | undefined): string {
  return subType !== undefined && Object.hasOwn(WHY, subType) ? subType : 'Undetermined'
}

const UNKNOWN = 'without saying why'

const WHY: Record<string, string> = {
  Undetermined: UNKNOWN,
  General: 'without saying why',
  NoEmail: 'since it knows no such mailbox',
  MailboxFull: 'since the mailbox is full',
  MessageTooLarge: 'since the email is too large',
  ContentRejected: 'since it refuses the content',
  AttachmentRejected: 'since it refuses the attachment',
}
