import { expect, test } from 'vitest'
import { ATTEMPT_TAG } from '../../src/domain/attempt.ts'
import { type BadEmail, tried } from '../support/refused.ts'

const BAD: BadEmail[] = [
  ['no subject', { subject: undefined }, 'missing_required_field', '`subject`'],
  [
    'a line break in the subject',
    { subject: 'a\r\nBcc: b@evil.dev' },
    'validation_error',
    '`subject`',
  ],
  ['a NUL in the subject', { subject: 'a\u0000' }, 'validation_error', '`subject`'],
  ['a line separator in the subject', { subject: 'a\u2028b' }, 'validation_error', '`subject`'],
  ['an endless subject', { subject: 'a'.repeat(999) }, 'validation_error', '`subject`'],
  ['neither html nor text', { text: undefined }, 'missing_required_field', '`html`'],
  ['a number as html', { html: 5 }, 'validation_error', '`html`'],
  ['a NUL in the text', { text: 'a\u0000b' }, 'validation_error', '`text`'],
  ['a senseless priority', { priority: 'urgent' }, 'validation_error', '`priority`'],
  ['a word as tracking', { tracking: 'off' }, 'validation_error', '`tracking`'],
  ['a word as a switch', { tracking: { pixel: 'off' } }, 'validation_error', '`tracking.pixel`'],
  ['tags as an object', { tags: { a: 'b' } }, 'validation_error', '`tags`'],
  [
    'a tag with a space',
    { tags: [{ name: 'a b', value: 'c' }] },
    'validation_error',
    '`tags[0].name`',
  ],
  ['a tag without a value', { tags: [{ name: 'a' }] }, 'validation_error', '`tags[0].value`'],
  [
    'an endless tag',
    { tags: [{ name: 'a', value: 'b'.repeat(257) }] },
    'validation_error',
    '`tags[0].value`',
  ],
  [
    'our own tag',
    { tags: [{ name: ATTEMPT_TAG, value: 'b' }] },
    'validation_error',
    '`tags[0].name`',
  ],
  ['junk as a time', { scheduled_at: 'whenever' }, 'validation_error', '`scheduled_at`'],
  ['a number as a time', { scheduled_at: 5 }, 'validation_error', '`scheduled_at`'],
  [
    'a time in the past',
    { scheduled_at: '2020-01-01T00:00:00Z' },
    'validation_error',
    '`scheduled_at`',
  ],
  ['a time too far ahead', { scheduled_at: 'in 31 days' }, 'validation_error', '`scheduled_at`'],
  [
    'an end in the past',
    { expires_at: '2020-01-01T00:00:00Z' },
    'validation_error',
    '`expires_at`',
  ],
  ['an end in words', { expires_at: 'tomorrow' }, 'validation_error', '`expires_at`'],
  [
    'an end before the time',
    { scheduled_at: 'in 2 hours', expires_at: '2026-11-24T11:00:00Z' },
    'validation_error',
    '`expires_at`',
  ],
  ['a template', { template: { id: 'welcome' } }, 'validation_error', '`template`'],
  [
    "a template of anymail's",
    { template: { id: 'welcome' }, text: '' },
    'validation_error',
    '`template`',
  ],
  ['a topic', { topic_id: 'news' }, 'validation_error', '`topic_id`'],
]

test.each(BAD)('%s is refused by name and writes nothing', async (_, fields, name, named) => {
  expect(await tried(fields)).toEqual({
    status: 422,
    json: { statusCode: 422, name, message: expect.stringContaining(named) },
    wrote: false,
  })
})
