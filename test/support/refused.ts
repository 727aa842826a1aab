import { anApi, anEmail, counts } from './an-api.ts'

/** What is wrong, the fields of an otherwise good email, the error's name and what its message names. */
export type BadEmail = [string, Record<string, unknown>, string, string]

/** What a good email with these fields is answered, and whether anything came of it. */
export async function tried(
  fields: Record<string, unknown>,
): Promise<{ status: number; json: Record<string, unknown>; wrote: boolean }> {
  const api = await anApi()
  const before = JSON.stringify(await counts())
  const { status, json } = await api.call('POST', '/emails', { ...anEmail(), ...fields })
  const wrote = JSON.stringify(await counts()) !== before || api.enqueued.length > 0
  return { status, json, wrote }
}
