import type { MailEvent } from '../domain/event.ts'

/** Bytes of UTF-8 for each text of an event; even if all of it must be escaped an event stays below 4 KB. */
const MAX_BYTES = [
  ['feedbackId', 128],
  ['subType', 64],
  ['complaintType', 64],
  ['delayType', 64],
  ['diagnostic', 850],
  ['ip', 64],
  ['userAgent', 384],
  ['link', 850],
  ['isBotEvent', 16],
] as const

type TextField = (typeof MAX_BYTES)[number][0]

/** The texts of an event that others wrote, cut to their bounds; what is missing or empty is left out. */
export function eventTexts(
  raw: Partial<Record<TextField, string | null | undefined>>,
): Pick<MailEvent, TextField> {
  const texts: Pick<MailEvent, TextField> = {}
  for (const [field, maxBytes] of MAX_BYTES) {
    const text = cutText(raw[field] ?? '', maxBytes)
    if (text !== '') texts[field] = text
  }
  return texts
}

/** At most so many bytes of UTF-8, never half a character, and no control characters. */
export function cutText(raw: string, maxBytes: number): string {
  const text = raw
    .toWellFormed()
    .replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
    .trim()
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(maxBytes))
  return text.slice(0, read)
}
