import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { randomUUID } from 'node:crypto'
import type { CallFaults } from '../faults.ts'
import type { Ledger } from '../ledger.ts'
import { type SimulatorContext, sleep, wireRequest } from '../request.ts'
import { type Credentials, type Refusal, signatureRefusal } from '../sigv4.ts'
import { attemptsIn } from './attempts.ts'
import { SesError } from './error.ts'
import { type Answer, misbehave, refuseBefore } from './misbehaviour.ts'
import { type Operation, OPERATIONS, type SesParts } from './operations.ts'

export interface SesDoorParts extends SesParts {
  ledger: Ledger
  credentials: Credentials
  region: string
}

const SENDING = new Set(['SendEmail', 'SendBulkEmail'])

/** SES v2 over HTTP: who calls is checked, what goes wrong is decided, and all of it is put on record. */
export function sesDoor(parts: SesDoorParts): (c: SimulatorContext) => Promise<Response> {
  /** Milliseconds that the last call of an operation took beside waiting: they are part of its latency. */
  const worked = new Map<string, number>()
  return async (c) => {
    const at = Date.now()
    const id = randomUUID()
    const request = await wireRequest(c)
    const found = findOperation(request.method, request.path)
    const operation = found?.operation.name ?? 'UnknownOperation'
    const { settings } = parts.store.account
    const refusal = signatureRefusal(request, {
      credentials: parts.credentials,
      region: parts.region,
      service: 'ses',
      seconds: settings.signatureSeconds,
      now: at,
    })
    const struck: CallFaults =
      refusal === null ? parts.faults.onCall(operation) : { whole: null, entries: [], delayMs: 0 }
    const json = readJson(request.body)
    await sleep(settings.latencyMs - (Date.now() - at) - (worked.get(operation) ?? 0))

    const beganAt = performance.now()

    const outcome = await answerOf(async () => {
      if (refusal !== null) throw refused(refusal)
      if (found === null) throw new SesError('UnknownOperation', 404, 'Unknown operation')
      refuseBefore(struck.whole)
      const call = {
        id,
        json: mustBeJson(json, request.body),
        bytes: request.body.length,
        entryFaults: struck.entries,
        names: found.names,
        query: new URLSearchParams(request.query),
        now: at,
      }
      return found.operation.run(call, parts)
    })
    const answer = misbehave(outcome, struck.whole)
    const keeps = SENDING.has(operation) && outcome.status === 200
    parts.ledger.recordCall({
      id,
      operation,
      at,
      answered: answer === 'cut' ? null : answer.status,
      ...(answer === 'cut' || answer.error === undefined ? {} : { error: answer.error }),
      ...faultOf(struck),
      attempts: SENDING.has(operation) ? attemptsIn(json) : [],
      ...(keeps ? { body: parts.ledger.keepBody(request.body) } : {}),
    })
    worked.set(operation, performance.now() - beganAt)
    await sleep(struck.delayMs)
    if (answer !== 'cut') return response(answer, id)
    c.env.incoming.socket.destroy()
    return RESPONSE_ALREADY_SENT
  }
}

function findOperation(
  method: string,
  path: string,
): { operation: Operation; names: string[] } | null {
  for (const operation of OPERATIONS) {
    const match = operation.method === method ? operation.path.exec(path) : null
    if (match !== null) return { operation, names: match.slice(1).map(decoded) }
  }
  return null
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

async function answerOf(run: () => Promise<object>): Promise<Answer> {
  try {
    return { status: 200, body: JSON.stringify(await run()) }
  } catch (error) {
    if (!(error instanceof SesError)) throw error
    const body = JSON.stringify({ message: error.message })
    return { status: error.status, body, error: error.type }
  }
}

function response({ status, body, error }: Answer, requestId: string): Response {
  return new Response(body, {
    status,
    headers: {
      'Content-Type': 'application/json',
      'x-amzn-RequestId': requestId,
      ...(error === undefined ? {} : { 'x-amzn-ErrorType': error }),
    },
  })
}

function refused(refusal: Refusal): SesError {
  switch (refusal.reason) {
    case 'missing':
      return new SesError('MissingAuthenticationToken', 403, 'Missing Authentication Token')
    case 'incomplete':
      return new SesError('IncompleteSignature', 403, refusal.message)
    case 'unknown key':
      return new SesError(
        'UnrecognizedClientException',
        403,
        'The security token included in the request is invalid.',
      )
    case 'mismatch':
      return new SesError('InvalidSignatureException', 403, refusal.message)
    default:
      return refusal satisfies never
  }
}

/** Undefined for what is not JSON in UTF-8. */
function readJson(body: Uint8Array): unknown {
  if (body.length === 0) return {}
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(body))
  } catch {
    return undefined
  }
}

function mustBeJson(json: unknown, body: Uint8Array): unknown {
  if (json === undefined)
    throw new SesError('SerializationException', 400, `Unreadable JSON of ${body.length} bytes`)
  return json
}

function faultOf({ whole, entries, delayMs }: CallFaults): { fault?: string } {
  if (whole !== null) return { fault: whole.fault }
  if (entries.length > 0) return { fault: 'entry_status' }
  return delayMs > 0 ? { fault: 'late' } : {}
}
