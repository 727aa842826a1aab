import { readCapped } from '../aws/capped.ts'
import { ONE_CLICK } from '../domain/list-unsubscribe.ts'

/** The one field takes some 200 bytes as multipart; the rest is room for a provider's own. */
const MAX_BODY_BYTES = 8 * 1024

/**
 * Whether a POST says `List-Unsubscribe=One-Click`, as multipart/form-data or urlencoded, which is
 * also assumed of a body without a type. Source: RFC 8058 section 3.2.
 */
export async function readOneClick(
  request: Request,
): Promise<'one click' | 'something else' | 'too large'> {
  const bytes = await readCapped(request.body, MAX_BODY_BYTES)
  if (bytes === null) return 'too large'
  const [field, value] = ONE_CLICK
  const said = (await formIn(bytes, request.headers.get('content-type') ?? '')).getAll(field)
  const isOneClick = said.some(
    (each) => typeof each === 'string' && each.trim().toLowerCase() === value.toLowerCase(),
  )
  return isOneClick ? 'one click' : 'something else'
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
