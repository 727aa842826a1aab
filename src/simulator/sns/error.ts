export class SnsError extends Error {
  readonly code: string
  readonly status: number

  constructor(code: string, status: number, message: string) {
    super(message)
    this.code = code
    this.status = status
  }
}

export function invalidParameter(message: string): SnsError {
  return new SnsError('InvalidParameter', 400, `Invalid parameter: ${message}`)
}

export function topicNotFound(): SnsError {
  return new SnsError('NotFound', 404, 'Topic does not exist')
}

export function subscriptionNotFound(): SnsError {
  return new SnsError('NotFound', 404, 'Subscription does not exist')
}
