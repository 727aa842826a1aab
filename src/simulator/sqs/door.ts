import { randomUUID } from 'node:crypto'
import type { Faults } from '../faults.ts'
import type { Ledger } from '../ledger.ts'
import { type SimulatorContext, wireRequest } from '../request.ts'
import type { Home } from '../ses/mail.ts'
import { type Credentials, type SignedRequest, signatureRefusal } from '../sigv4.ts'
import type { Store } from '../store.ts'
import { ACTIONS } from './actions.ts'
import { SqsError } from './error.ts'
import type { Queues } from './queues.ts'

export interface SqsDoorParts {
  queues: Queues
  store: Store
  ledger: Ledger
  faults: Faults
  home: Home
  credentials: Credentials
}

const TARGET = 'AmazonSQS.'

/** SQS and SNS share an address here; SQS's JSON protocol names its target in a header. */
export function isForSqs(c: SimulatorContext): boolean {
  return c.req.header('x-amz-target')?.startsWith(TARGET) === true
}

/** SQS by AWS's JSON protocol, version 1.0. */
export function sqsDoor(parts: SqsDoorParts): (c: SimulatorContext) => Promise<Response> {
  return async (c) => {
    const at = Date.now()
    const id = randomUUID()
    const request = await wireRequest(c)
    const name = c.req.header('x-amz-target')?.slice(TARGET.length) ?? ''
    const operation = Object.hasOwn(ACTIONS, name) ? name : 'InvalidAction'
    const answer = (status: number, body: object, error?: string) => {
      const failed = error === undefined ? {} : { error }
      parts.ledger.recordCall({ id, operation, at, answered: status, ...failed, attempts: [] })
      return Response.json(body, {
        status,
        headers: { 'Content-Type': 'application/x-amz-json-1.0', 'x-amzn-RequestId': id },
      })
    }
    try {
      return answer(200, await act(operation, request, parts, at))
    } catch (error) {
      if (!(error instanceof SqsError)) throw error
      const { type, status, message } = error
      return answer(status, { __type: `com.amazonaws.sqs#${type}`, message }, type)
    }
  }
}

async function act(
  operation: string,
  request: SignedRequest,
  { queues, store, faults, home, credentials }: SqsDoorParts,
  now: number,
): Promise<object> {
  if (faults.onQueue()) {
    throw new SqsError('ServiceUnavailable', 503, 'Service is currently unavailable.')
  }
  const refusal = signatureRefusal(request, {
    credentials,
    region: home.region,
    service: 'sqs',
    seconds: store.account.settings.signatureSeconds,
    now,
  })
  if (refusal?.reason === 'unknown key') {
    throw new SqsError('UnrecognizedClientException', 403, 'The security token is invalid.')
  }
  if (refusal !== null) {
    const message = 'message' in refusal ? refusal.message : 'Missing Authentication Token'
    throw new SqsError('InvalidSignatureException', 403, message)
  }
  const action = ACTIONS[operation]
  if (action === undefined) {
    throw new SqsError('InvalidAction', 400, 'The action is not valid for this endpoint.')
  }
  return action(readJson(request.body), queues)
}

function readJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body))
  } catch {
    throw new SqsError('SerializationException', 400, 'Unreadable JSON.')
  }
}
