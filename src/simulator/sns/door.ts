import { randomUUID } from 'node:crypto'
import type { Faults } from '../faults.ts'
import type { Ledger } from '../ledger.ts'
import { type SimulatorContext, wireRequest } from '../request.ts'
import { type Credentials, type Refusal, type SignedRequest, signatureRefusal } from '../sigv4.ts'
import { ACTIONS, type SnsParts } from './actions.ts'
import { SnsError } from './error.ts'
import { errorXml, responseXml } from './xml.ts'

export interface SnsDoorParts extends SnsParts {
  ledger: Ledger
  faults: Faults
  credentials: Credentials
}

/** SNS's query API: parameters in a form or in the query, answers in XML. */
export function snsDoor(parts: SnsDoorParts): (c: SimulatorContext) => Promise<Response> {
  return async (c) => {
    const at = Date.now()
    const id = randomUUID()
    const request = await wireRequest(c)
    const parameters = new URLSearchParams(
      request.method === 'POST' ? new TextDecoder().decode(request.body) : request.query,
    )
    const action = parameters.get('Action') ?? ''
    try {
      const result = act(action, parameters, request, parts, at)
      return answer(200, responseXml(action, result, id))
    } catch (error) {
      if (!(error instanceof SnsError)) throw error
      return answer(error.status, errorXml(error.code, error.message, id, error.status), error.code)
    }

    function answer(status: number, xml: string, error?: string): Response {
      parts.ledger.recordCall({
        id,
        operation: Object.hasOwn(ACTIONS, action) ? action : 'InvalidAction',
        at,
        answered: status,
        ...(error === undefined ? {} : { error }),
        attempts: [],
      })
      return new Response(xml, {
        status,
        headers: { 'Content-Type': 'text/xml', 'x-amzn-RequestId': id },
      })
    }
  }
}

function act(
  name: string,
  parameters: URLSearchParams,
  request: SignedRequest,
  parts: SnsDoorParts,
  now: number,
) {
  if (parts.faults.onNotification())
    throw new SnsError('ServiceUnavailable', 503, 'The service is unavailable.')
  const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined
  if (action === undefined)
    throw new SnsError('InvalidAction', 400, `The action ${name} is not valid for this endpoint.`)
  if (action.signed) {
    const refusal = signatureRefusal(request, {
      credentials: parts.credentials,
      region: parts.home.region,
      service: 'sns',
      seconds: parts.store.account.settings.signatureSeconds,
      now,
    })
    if (refusal !== null) throw refused(refusal)
  }
  return action.run(parameters, parts)
}

function refused(refusal: Refusal): SnsError {
  switch (refusal.reason) {
    case 'missing':
      return new SnsError(
        'MissingAuthenticationToken',
        403,
        'Request is missing Authentication Token',
      )
    case 'incomplete':
      return new SnsError('IncompleteSignature', 403, refusal.message)
    case 'unknown key':
      return new SnsError(
        'InvalidClientTokenId',
        403,
        'The security token included in the request is invalid.',
      )
    case 'mismatch':
      return new SnsError('SignatureDoesNotMatch', 403, refusal.message)
    default:
      return refusal satisfies never
  }
}
