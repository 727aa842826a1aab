import { expect } from 'vitest'
import { anApi, anEmail, counts } from './an-api.ts'

/** What is wrong, the fields of an otherwise good email, the error's name and what its message names. */
export type BadEmail = [string, Record<string, unknown>, string, string]

/** A 422 in the contract's shape that names the field; no row, no job. */
export async function expectRefused(
  fields: Record<string, unknown>,
  name: string,
  named: string,
): Promise<void> {
  const api = await anApi()
  const before = await counts()
  const answer = await api.call('POST', '/emails', { ...anEmail(), ...fields })
  expect(answer.status).toBe(422)
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8')
  expect(answer.json).toEqual({ statusCode: 422, name, message: expect.stringContaining(named) })
  expect(await counts()).toEqual(before)
  expect(api.enqueued).toEqual([])
}
