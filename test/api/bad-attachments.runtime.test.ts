import { expect, test } from 'vitest'
import { type BadEmail, tried } from '../support/refused.ts'

const attachment = (fields: object) => ({
  attachments: [{ filename: 'a.txt', content: 'aGk=', ...fields }],
})

const BAD: BadEmail[] = [
  ['attachments as an object', { attachments: {} }, 'validation_error', '`attachments`'],
  [
    '101 attachments',
    { attachments: Array.from({ length: 101 }, () => ({ content: 'aGk=' })) },
    'validation_error',
    '`attachments`',
  ],
  [
    'an attachment without content',
    { attachments: [{ filename: 'a.txt' }] },
    'invalid_attachment',
    '`attachments[0]`',
  ],
  [
    'a number as content',
    attachment({ content: 5 }),
    'invalid_attachment',
    '`attachments[0].content`',
  ],
  [
    'an object as content',
    attachment({ content: { a: 1 } }),
    'invalid_attachment',
    '`attachments[0].content`',
  ],
  [
    'a byte of 256',
    attachment({ content: [256] }),
    'invalid_attachment',
    '`attachments[0].content`',
  ],
  ['half a byte', attachment({ content: [0.5] }), 'invalid_attachment', '`attachments[0].content`'],
  [
    'a program',
    attachment({ filename: 'setup.EXE' }),
    'invalid_attachment',
    '`attachments[0].filename`',
  ],
  [
    'a hidden program',
    attachment({ filename: 'setup.exe. ' }),
    'invalid_attachment',
    '`attachments[0].filename`',
  ],
  [
    'a line break in a file name',
    attachment({ filename: 'a\r\n.txt' }),
    'invalid_attachment',
    '`attachments[0].filename`',
  ],
  [
    'an endless file name',
    attachment({ filename: 'a'.repeat(256) }),
    'invalid_attachment',
    '`attachments[0].filename`',
  ],
  [
    'a senseless content type',
    attachment({ content_type: 'text' }),
    'invalid_attachment',
    '`attachments[0].content_type`',
  ],
  [
    'a line break in a content type',
    attachment({ content_type: 'a/b;\r\nX: y' }),
    'invalid_attachment',
    '`attachments[0].content_type`',
  ],
  [
    'a content id with a space',
    attachment({ content_id: 'a b' }),
    'invalid_attachment',
    '`attachments[0].content_id`',
  ],
  [
    'a path inside',
    { attachments: [{ path: 'http://169.254.169.254/x' }] },
    'invalid_attachment',
    '`attachments[0].path`',
  ],
]

test.each(BAD)('%s is refused by name and writes nothing', async (_, fields, name, named) => {
  expect(await tried(fields)).toEqual({
    status: 422,
    json: { statusCode: 422, name, message: expect.stringContaining(named) },
    wrote: false,
  })
})
