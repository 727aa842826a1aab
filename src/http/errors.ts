/** The names that every Resend client knows; PHP takes an unknown one for a success. */
export const ERROR_NAMES = [
  'invalid_idempotency_key',
  'validation_error',
  'missing_api_key',
  'restricted_api_key',
  'invalid_api_key',
  'not_found',
  'method_not_allowed',
  'invalid_idempotent_request',
  'missing_required_field',
  'invalid_attachment',
  'invalid_parameter',
  'invalid_region',
  'invalid_from_address',
  'rate_limit_exceeded',
  'application_error',
  'internal_server_error',
] as const
export type ErrorName = (typeof ERROR_NAMES)[number]

export type ErrorStatus = 400 | 401 | 403 | 404 | 405 | 409 | 410 | 413 | 422 | 429 | 500 | 503

/** What a caller is told instead of an answer. */
export class ApiError extends Error {
  readonly status: ErrorStatus
  readonly code: ErrorName

  constructor(status: ErrorStatus, code: ErrorName, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

export function missingField(field: string): ApiError {
  return new ApiError(422, 'missing_required_field', `Missing \`${field}\` field.`)
}

export function invalidField(field: string, why: string): ApiError {
  return new ApiError(422, 'validation_error', `Invalid \`${field}\` field. ${why}`)
}

export function invalidAttachment(field: string, why: string): ApiError {
  return new ApiError(422, 'invalid_attachment', `Invalid \`${field}\` field. ${why}`)
}

export function invalidParameter(parameter: string, why: string): ApiError {
  return new ApiError(422, 'invalid_parameter', `Invalid \`${parameter}\` parameter. ${why}`)
}

export function notFound(what: string): ApiError {
  return new ApiError(404, 'not_found', `${what} not found`)
}
