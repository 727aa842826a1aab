/** What came back from one HTTP call to SES, or did not. */
export type Answer =
  | { type: 'no answer'; reason: string }
  | { type: 'answer'; status: number; errorType: string; message: string; body: unknown }

/** What an answer means for one email. Everything that leaves room for acceptance is in doubt. */
export type Verdict =
  | { type: 'accepted'; messageId: string }
  /** Definitely not taken. `counts`: it costs a try; `final`: no later try can succeed. */
  | { type: 'refused'; reason: string; counts: boolean; final: boolean }
  | { type: 'throttled' }
  | { type: 'quota spent' }
  /** Nothing of this account can be sent for now. */
  | { type: 'stopped'; reason: string }
  /** The shared template form was refused: the same email may go by SendEmail. */
  | { type: 'template refused'; reason: string }
  | { type: 'in doubt'; reason: string }

/** The part of a reason that may be logged or shown to anyone: what SES writes behind the colon quotes addresses. */
export function causeOf(reason: string): string {
  return reason.split(':', 1).join('')
}

/** SendEmail's answer. Source: the SES v2 API model and the error table of its documentation. */
export function readSendEmail(answer: Answer): Verdict {
  const refusal = readRefusal(answer, 'single')
  if (refusal !== null) return refusal
  const messageId = field(bodyOf(answer), 'MessageId')
  if (typeof messageId === 'string' && messageId !== '') return { type: 'accepted', messageId }
  return { type: 'in doubt', reason: 'SES answered 200 without a MessageId' }
}

/** SendBulkEmail's answer, one verdict an entry, in the order of the entries. */
export function readSendBulkEmail(answer: Answer, entries: number): Verdict[] {
  const refusal = readRefusal(answer, 'bulk')
  if (refusal !== null) return Array.from({ length: entries }, () => refusal)
  const results = field(bodyOf(answer), 'BulkEmailEntryResults')
  if (!Array.isArray(results) || results.length !== entries) {
    const reason = 'SES answered 200 with another number of entries'
    return Array.from({ length: entries }, () => ({ type: 'in doubt', reason }))
  }
  return results.map(readEntry)
}

function readEntry(entry: unknown): Verdict {
  const status = field(entry, 'Status')
  const messageId = field(entry, 'MessageId')
  const error = field(entry, 'Error')
  const reason = `${String(status)}${typeof error === 'string' ? `: ${error}` : ''}`
  if (typeof messageId === 'string' && messageId !== '') {
    if (status === 'SUCCESS') return { type: 'accepted', messageId }
    return { type: 'in doubt', reason: `${reason}, with a MessageId` }
  }
  switch (status) {
    case 'MESSAGE_REJECTED':
    case 'INVALID_PARAMETER':
      return { type: 'refused', reason, counts: true, final: true }
    case 'MAIL_FROM_DOMAIN_NOT_VERIFIED':
    case 'CONFIGURATION_SET_NOT_FOUND':
    case 'TEMPLATE_NOT_FOUND':
    case 'INVALID_SENDING_POOL_NAME':
      return { type: 'refused', reason, counts: true, final: false }
    case 'ACCOUNT_THROTTLED':
      return { type: 'throttled' }
    case 'ACCOUNT_DAILY_QUOTA_EXCEEDED':
      return { type: 'quota spent' }
    case 'ACCOUNT_SUSPENDED':
    case 'ACCOUNT_SENDING_PAUSED':
    case 'CONFIGURATION_SET_SENDING_PAUSED':
      return { type: 'stopped', reason }
    default:
      // TRANSIENT_FAILURE, FAILED, SUCCESS without an id, and words we do not know.
      return { type: 'in doubt', reason }
  }
}

/** Null for a 200 that has a body to read. */
function readRefusal(answer: Answer, form: 'single' | 'bulk'): Verdict | null {
  if (answer.type === 'no answer') return { type: 'in doubt', reason: answer.reason }
  const { status, errorType, message } = answer
  if (status === 200) return null
  const reason = `${errorType === '' ? `HTTP ${status}` : errorType}: ${message}`
  if (status === 408 || status >= 500 || status < 400) return { type: 'in doubt', reason }
  if (/daily message quota/i.test(message)) return { type: 'quota spent' }
  if (
    status === 429 ||
    /^(TooManyRequests|Throttling)/.test(errorType) ||
    /maximum sending rate/i.test(message)
  ) {
    return { type: 'throttled' }
  }
  if (/signature (expired|not yet current)/i.test(message)) {
    return { type: 'refused', reason, counts: false, final: false }
  }
  if (status === 401 || status === 403) return { type: 'stopped', reason }
  switch (errorType) {
    case 'SendingPausedException':
    case 'AccountSuspendedException':
      return { type: 'stopped', reason }
    case 'MailFromDomainNotVerifiedException':
    case 'NotFoundException':
      return { type: 'refused', reason, counts: true, final: false }
    default:
      // One entry can spoil the call of all: alone, each gets its own verdict.
      if (form === 'bulk') return { type: 'template refused', reason }
      return { type: 'refused', reason, counts: true, final: true }
  }
}

function bodyOf(answer: Answer): unknown {
  return answer.type === 'answer' ? answer.body : null
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  return Object.entries(value).find(([key]) => key === name)?.[1]
}
