import { expect, test } from 'vitest'
import { causeOf, type Answer, readSendBulkEmail, readSendEmail } from '../../src/domain/outcome.ts'

function answer(status: number, errorType = '', message = '', body: unknown = {}): Answer {
  return { type: 'answer', status, errorType, message, body }
}

function ok(body: unknown): Answer {
  return answer(200, '', '', body)
}

function entries(...results: unknown[]): Answer {
  return ok({ BulkEmailEntryResults: results })
}

const doubt = { type: 'in doubt' }
const throttled = { type: 'throttled' }
const spent = { type: 'quota spent' }
const stopped = { type: 'stopped' }
const forEver = { type: 'refused', counts: true, final: true }
const later = { type: 'refused', counts: true, final: false }
const atOnce = { type: 'refused', counts: false, final: false }

/** SES's error table: type, HTTP status, message, and what it means alone and for a shared call. */
test.each([
  ['TooManyRequestsException', 429, 'Maximum sending rate exceeded.', throttled, throttled],
  ['TooManyRequestsException', 429, 'Daily message quota exceeded', spent, spent],
  ['ThrottlingException', 400, 'Maximum sending rate exceeded.', throttled, throttled],
  ['Throttling', 400, 'Rate exceeded', throttled, throttled],
  ['ThrottlingException', 400, 'Daily message quota exceeded.', spent, spent],
  ['LimitExceededException', 400, 'Daily message quota exceeded', spent, spent],
  ['LimitExceededException', 400, 'Maximum sending rate exceeded.', throttled, throttled],
  ['LimitExceededException', 400, 'Too many instances', forEver, 'template refused'],
  ['', 429, '', throttled, throttled],
  ['SendingPausedException', 400, 'Sending is paused for configuration set X', stopped, stopped],
  ['AccountSuspendedException', 400, 'Suspended', stopped, stopped],
  ['MessageRejected', 400, 'Email address is not verified.', forEver, 'template refused'],
  ['MailFromDomainNotVerifiedException', 400, 'not verified', later, later],
  ['BadRequestException', 400, '', forEver, 'template refused'],
  ['NotFoundException', 404, 'Configuration set <x> does not exist.', later, later],
  ['AlreadyExistsException', 400, '', forEver, 'template refused'],
  ['ConflictException', 409, '', forEver, 'template refused'],
  ['SerializationException', 400, '', forEver, 'template refused'],
  ['UnknownOperationException', 404, '', forEver, 'template refused'],
  ['RequestEntityTooLargeException', 413, '', forEver, 'template refused'],
  ['AccessDeniedException', 403, 'not authorized', stopped, stopped],
  ['UnrecognizedClientException', 403, 'The security token is invalid.', stopped, stopped],
  ['InvalidSignatureException', 403, 'The request signature we calculated', stopped, stopped],
  ['SignatureDoesNotMatch', 403, 'The request signature we calculated', stopped, stopped],
  ['ExpiredTokenException', 403, 'The security token is expired.', stopped, stopped],
  ['IncompleteSignature', 403, '', stopped, stopped],
  ['MissingAuthenticationToken', 403, '', stopped, stopped],
  ['', 401, '', stopped, stopped],
  ['InvalidSignatureException', 403, 'Signature expired: 20261124T100000Z', atOnce, atOnce],
  ['InvalidSignatureException', 403, 'Signature not yet current: 2026', atOnce, atOnce],
  ['ConcurrentModificationException', 500, '', doubt, doubt],
  ['InternalServiceErrorException', 500, '', doubt, doubt],
  ['InternalFailure', 500, '', doubt, doubt],
  ['', 502, '', doubt, doubt],
  ['ServiceUnavailable', 503, '', doubt, doubt],
  ['Throttling', 503, 'Rate exceeded', doubt, doubt],
  ['', 504, '', doubt, doubt],
  ['RequestTimeoutException', 408, '', doubt, doubt],
  ['', 301, '', doubt, doubt],
  ['', 204, '', doubt, doubt],
] as const)('%s %i "%s" is read', (errorType, status, message, alone, shared) => {
  const given = answer(status, errorType, message)
  const together = typeof shared === 'string' ? { type: shared } : shared
  expect(readSendEmail(given)).toMatchObject(alone)
  const verdicts = readSendBulkEmail(given, 3)
  expect(verdicts).toHaveLength(3)
  for (const verdict of verdicts) expect(verdict).toMatchObject(together)
})

test('no answer leaves every email of the call in doubt', () => {
  const none: Answer = { type: 'no answer', reason: 'TimeoutError' }
  expect(readSendEmail(none)).toEqual({ type: 'in doubt', reason: 'TimeoutError' })
  expect(readSendBulkEmail(none, 2)).toEqual([
    { type: 'in doubt', reason: 'TimeoutError' },
    { type: 'in doubt', reason: 'TimeoutError' },
  ])
})

test('a 200 with a MessageId is accepted', () => {
  expect(readSendEmail(ok({ MessageId: '0102' }))).toEqual({ type: 'accepted', messageId: '0102' })
})

test.each([
  {},
  { MessageId: '' },
  { MessageId: null },
  { MessageId: 7 },
  { messageId: 'x' },
  null,
  [],
  'ok',
])('a 200 with %j for a body leaves room for acceptance', (body) => {
  expect(readSendEmail(ok(body))).toMatchObject(doubt)
})

/** All fourteen words that an entry's status may be. */
test.each([
  ['MESSAGE_REJECTED', forEver],
  ['INVALID_PARAMETER', forEver],
  ['MAIL_FROM_DOMAIN_NOT_VERIFIED', later],
  ['CONFIGURATION_SET_NOT_FOUND', later],
  ['TEMPLATE_NOT_FOUND', later],
  ['INVALID_SENDING_POOL_NAME', later],
  ['ACCOUNT_THROTTLED', throttled],
  ['ACCOUNT_DAILY_QUOTA_EXCEEDED', spent],
  ['ACCOUNT_SUSPENDED', stopped],
  ['ACCOUNT_SENDING_PAUSED', stopped],
  ['CONFIGURATION_SET_SENDING_PAUSED', stopped],
  ['TRANSIENT_FAILURE', doubt],
  ['FAILED', doubt],
  ['SUCCESS', doubt],
  ['TEMPLATE_DOES_NOT_EXIST', doubt],
  ['success', doubt],
  [undefined, doubt],
  [null, doubt],
  [7, doubt],
])('an entry %s without a MessageId is read by itself', (status, expected) => {
  const [first, second] = readSendBulkEmail(
    entries({ Status: status, Error: 'why' }, { Status: 'SUCCESS', MessageId: '0102' }),
    2,
  )
  expect(first).toMatchObject(expected)
  expect(second).toEqual({ type: 'accepted', messageId: '0102' })
})

test.each(['MESSAGE_REJECTED', 'ACCOUNT_THROTTLED', 'FAILED', 'NEW_WORD'])(
  'an entry %s that has a MessageId contradicts itself and is in doubt',
  (status) => {
    expect(readSendBulkEmail(entries({ Status: status, MessageId: '0102' }), 1)).toMatchObject([
      doubt,
    ])
  },
)

test.each([
  ['none', entries()],
  ['one too few', entries({ Status: 'SUCCESS', MessageId: '1' })],
  [
    'one too many',
    entries(...Array.from({ length: 3 }, () => ({ Status: 'SUCCESS', MessageId: '1' }))),
  ],
  ['no list', ok({})],
  ['an object', ok({ BulkEmailEntryResults: { 0: {}, 1: {}, length: 2 } })],
  ['no body', ok(null)],
])('with %s for results every entry is in doubt', (_, given) => {
  const verdicts = readSendBulkEmail(given, 2)
  expect(verdicts).toHaveLength(2)
  for (const verdict of verdicts) expect(verdict).toMatchObject(doubt)
})

test.each([null, 'SUCCESS', 7, []])('an entry that is %j is in doubt', (entry) => {
  expect(readSendBulkEmail(entries(entry), 1)).toMatchObject([doubt])
})

const said = (verdicts: unknown[]) => JSON.stringify(verdicts)

test('the reason says what SES said', () => {
  const entry = (fields: object) => said(readSendBulkEmail(entries(fields), 1))
  expect(entry({ Status: 'MESSAGE_REJECTED', Error: 'Bad content' })).toContain(
    '"MESSAGE_REJECTED: Bad content"',
  )
  expect(entry({ Status: 'MESSAGE_REJECTED' })).toContain('"MESSAGE_REJECTED"')
  expect(entry({ Status: 'FAILED', MessageId: '1' })).toContain('"FAILED, with a MessageId"')
  expect(entry({ Status: 'SUCCESS', MessageId: '' })).toContain('"in doubt"')
  expect(said(readSendBulkEmail(entries(), 1))).toContain('another number of entries')
  expect(said([readSendEmail(ok({}))])).toContain('without a MessageId')
  const refusal = { type: 'answer', status: 400, message: 'No', body: null } as const
  expect(readSendEmail({ ...refusal, errorType: 'BadRequestException' })).toMatchObject({
    reason: 'BadRequestException: No',
  })
  expect(readSendEmail({ ...refusal, errorType: '' })).toMatchObject({ reason: 'HTTP 400: No' })
  expect(readSendEmail({ ...refusal, errorType: 'NotThrottlingException' })).toMatchObject({
    type: 'refused',
  })
})

test('of a reason only the part before the colon may be logged', () => {
  expect(causeOf('MessageRejected: ada@customer.dev: is not verified')).toBe('MessageRejected')
  expect(causeOf('no answer in time')).toBe('no answer in time')
})
