import { readCapped } from '../aws/capped.ts'
import { ONE_CLICK } from '../domain/list-unsubscribe.ts'

/** The one field takes some 200 bytes as multipart; the rest is room for a provider's own, or for 180 topics. */
const MAX_BODY_BYTES = 8 * 1024

/** The field that tells the form of preferences from a mail provider's. */
export const PREFERENCES = 'preferences'

/** What a person chose on our own page: topics by id, or nothing at all. */
export interface Chosen {
  topics: string[]
  none: boolean
}

/**
 * Whether a POST says `List-Unsubscribe=One-Click`, as multipart/form-data or urlencoded, which is
 * also assumed of a body without a type. Source: RFC 8058 section 3.2.
 */
export async function readOneClick(
  request: Request,
): Promise<'one click' | Chosen | 'something else' | 'too large'> {
  const bytes = await readCapped(request.body, MAX_BODY_BYTES)
  if (bytes === null) return 'too large'
  const [field, value] = ONE_CLICK
  const form = await formIn(bytes, request.headers.get('content-type') ?? '')
  const said = form.getAll(field)
  const isOneClick = said.some(
    (each) => typeof each === 'string' && each.trim().toLowerCase() === value.toLowerCase(),
  )
  if (isOneClick) return 'one click'
  return form.has(PREFERENCES) ? chosenIn(form) : 'something else'
}

function chosenIn(form: FormData | URLSearchParams): Chosen {
  const topics = form.getAll('topic').filter((id) => typeof id === 'string')
  return { topics, none: form.has('none') }
}

async function formIn(bytes: Uint8Array, type: string): Promise<FormData | URLSearchParams> {
  if (!/^\s*multipart\/form-data\b/i.test(type)) {
    return new URLSearchParams(new TextDecoder().decode(bytes))
  }
  try {
    return await new Response(bytes, { headers: { 'content-type': type } }).formData()
  } catch {
    return new FormData()
  }
}
