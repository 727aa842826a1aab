export class SqsError extends Error {
  readonly type: string
  readonly status: number

  constructor(type: string, status: number, message: string) {
    super(message)
    this.type = type
    this.status = status
  }
}

export function noSuchQueue(): SqsError {
  return new SqsError('QueueDoesNotExist', 400, 'The specified queue does not exist.')
}

export function invalidParameter(message: string): SqsError {
  return new SqsError('InvalidParameterValueException', 400, message)
}
