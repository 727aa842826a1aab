import { type Compilation, compile } from './compile.ts'
import { plainText } from './plain-text.ts'

interface StoredSource {
  subject: string | null
  html: string
  text: string | null
}

/** A subject that each send brings is no part of the template; this one only keeps its place. */
const BROUGHT = '-'

/** The one way in which a stored template becomes emails. `now`: what `'now'` means in it. */
export function storedTemplate({ subject, html, text }: StoredSource, now: number): Compilation {
  return compile(
    { subject: subject ?? BROUGHT, html, text: text === '' ? null : text, previewText: null },
    { now, pixel: false, clicks: false, toText: text === '' ? null : plainText },
  )
}
