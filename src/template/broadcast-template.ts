import { type BroadcastRecipient, recipientValues } from '../domain/recipient-values.ts'
import { type Compilation, compile } from './compile.ts'
import { plainText } from './plain-text.ts'
import { reservedVariables } from './reserved.ts'
import type { Variables } from './scope.ts'

interface BroadcastSource {
  subject: string
  html: string | null
  text: string | null
  preview_text: string | null
  /** What `'now'` means in the template: the same for every recipient and every preview. */
  created_at: number
}

/** The one way in which a broadcast becomes emails: for SES, for a single send and for a preview. */
export function broadcastTemplate(
  source: BroadcastSource,
  pixel: boolean,
  clicks = false,
): Compilation {
  const { subject, html, text, preview_text, created_at } = source
  // An empty text asks for none; an absent one is made from the html.
  return compile(
    { subject, html, text: text === '' ? null : text, previewText: preview_text },
    { now: created_at, pixel, clicks, toText: text === '' ? null : plainText },
  )
}

/** All that a template may say of one recipient; nothing uploaded outranks our own links. */
export function valuesOf(values: {
  recipient: BroadcastRecipient
  unsubscribeUrl: string | null
  pixelUrl: string | null
}): Variables {
  return { ...recipientValues(values.recipient), ...reservedVariables(values) }
}
