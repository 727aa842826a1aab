/** An error of SES v2: its type goes into `x-amzn-ErrorType`, the message into the body. */
export class SesError extends Error {
  readonly type: string
  readonly status: number

  constructor(type: string, status: number, message: string) {
    super(message)
    this.type = type
    this.status = status
  }
}

export function badRequest(message: string): SesError {
  return new SesError('BadRequestException', 400, message)
}

/** A constraint of the service model, in the words of AWS's front end. */
export function constraint(path: string, rule: string): SesError {
  return badRequest(
    `1 validation error detected: Value at '${path}' failed to satisfy constraint: ${rule}`,
  )
}

export function notFound(message: string): SesError {
  return new SesError('NotFoundException', 404, message)
}

export function alreadyExists(message: string): SesError {
  return new SesError('AlreadyExistsException', 400, message)
}

export function tooManyRequests(message: string): SesError {
  return new SesError('TooManyRequestsException', 429, message)
}

export function sendingPaused(message: string): SesError {
  return new SesError('SendingPausedException', 400, message)
}

export const RATE_EXCEEDED = 'Maximum sending rate exceeded.'
/** Which exception of v2 carries it is not documented; 429 like the rate is the likely one. */
export const QUOTA_EXCEEDED = 'Daily message quota exceeded'
