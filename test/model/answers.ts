import type { Answer } from '../../src/domain/outcome.ts'

const refused = { type: 'answer', body: {} } as const

/** What SES may answer, of each kind one. */
export const ANSWERS = {
  accepted: {
    type: 'answer',
    status: 200,
    errorType: '',
    message: '',
    body: { MessageId: '0102' },
  },
  throttled: {
    ...refused,
    status: 429,
    errorType: 'TooManyRequestsException',
    message: 'Maximum sending rate exceeded.',
  },
  refused: { ...refused, status: 404, errorType: 'NotFoundException', message: 'No such set.' },
  'refused for ever': { ...refused, status: 400, errorType: 'MessageRejected', message: 'No.' },
  'signature too old': {
    ...refused,
    status: 403,
    errorType: 'InvalidSignatureException',
    message: 'Signature expired: 20261124T100000Z is now earlier than 20261124T101000Z',
  },
  unclear: { type: 'no answer', reason: 'TimeoutError' },
} as const satisfies Record<string, Answer>

/** What the worker heard of its call. */
export type Heard = keyof typeof ANSWERS
