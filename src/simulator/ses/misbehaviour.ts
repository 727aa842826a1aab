import type { CallFault } from '../faults.ts'
import { QUOTA_EXCEEDED, RATE_EXCEEDED, SesError, tooManyRequests } from './error.ts'

export interface Answer {
  status: number
  body: string
  /** Type of the error, for `x-amzn-ErrorType`. */
  error?: string
}

const CUT = new SesError('Cut', 0, '')

const ERROR_TYPES: Readonly<Record<number, string>> = {
  400: 'BadRequestException',
  403: 'AccessDeniedException',
  404: 'NotFoundException',
  408: 'RequestTimeoutException',
  413: 'RequestEntityTooLarge',
  429: 'TooManyRequestsException',
  503: 'ServiceUnavailable',
}

/** Throws when the call is to fail without anything being accepted. */
export function refuseBefore(fault: CallFault | null): void {
  if (fault?.fault === 'throttle') throw tooManyRequests(RATE_EXCEEDED)
  if (fault?.fault === 'daily_quota') throw tooManyRequests(QUOTA_EXCEEDED)
  if (fault?.fault === 'error_before') throw failure(fault.status)
  if (fault?.fault === 'cut_before') throw CUT
}

/** What the caller gets to hear instead of the true answer. */
export function misbehave(answer: Answer, fault: CallFault | null): Answer | 'cut' {
  if (fault === null) return answer
  switch (fault.fault) {
    case 'cut_before':
    case 'cut_after':
      return 'cut'
    case 'error_after': {
      const { type, status, message } = failure(fault.status)
      return { status, body: JSON.stringify({ message }), error: type }
    }
    case 'half_json':
      return { ...answer, body: answer.body.slice(0, Math.floor(answer.body.length / 2)) }
    case 'empty_array':
      return withResults(answer, () => [])
    case 'short_array':
      return withResults(answer, (results) => results.slice(0, Math.floor(results.length / 2)))
    case 'throttle':
    case 'daily_quota':
    case 'error_before':
      return answer
    default:
      return fault satisfies never
  }
}

function failure(status: number): SesError {
  return new SesError(
    ERROR_TYPES[status] ?? (status >= 500 ? 'InternalFailure' : 'BadRequestException'),
    status,
    status >= 500 ? 'The request processing has failed because of an unknown error.' : 'Refused.',
  )
}

function withResults(answer: Answer, change: (results: unknown[]) => unknown[]): Answer {
  const parsed: unknown = JSON.parse(answer.body)
  const results =
    typeof parsed === 'object' && parsed !== null && 'BulkEmailEntryResults' in parsed
      ? parsed.BulkEmailEntryResults
      : null
  if (!Array.isArray(results)) return answer
  return { ...answer, body: JSON.stringify({ BulkEmailEntryResults: change(results) }) }
}
