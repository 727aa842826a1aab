import type { z } from '@hono/zod-openapi'
import { ATTEMPT_TAG } from '../domain/attempt.ts'
import type { NameValue } from '../domain/content.ts'
import { invalidField } from './errors.ts'
import type { tagsField } from './fields.ts'

/** SES's alphabet and length of message tags. */
const WORD = /^[A-Za-z0-9_-]{1,256}$/

export function parseTags(input: z.infer<typeof tagsField>): NameValue[] {
  return (input ?? []).map((entry, index) => {
    const { name, value } = tagOf(entry)
    if (!WORD.test(name)) throw invalidField(`tags[${index}].name`, ALPHABET)
    if (name === ATTEMPT_TAG) throw invalidField(`tags[${index}].name`, 'This name is our own.')
    if (!WORD.test(value)) throw invalidField(`tags[${index}].value`, ALPHABET)
    return { name, value }
  })
}

const ALPHABET = '1 to 256 ASCII letters, digits, underscores and dashes.'

/** Symfony writes `{"<name>": "<value>"}`. */
function tagOf(entry: Record<string, string | number>): NameValue {
  const [first, ...more] = Object.entries(entry)
  if (first !== undefined && more.length === 0 && first[0] !== 'name') {
    return { name: first[0], value: String(first[1]) }
  }
  return { name: String(entry.name ?? ''), value: String(entry.value ?? '') }
}
