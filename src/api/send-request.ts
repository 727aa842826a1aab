import { type JsonBody, readJson } from '../http/body.ts'
import { sha256 } from '../domain/sha256.ts'
import { idempotencyKey } from '../http/idempotency-key.ts'
import type { Sender } from './accept.ts'
import { MAX_MESSAGE_BYTES } from './send-email.ts'

/** One email as large as SES takes it, and room for fields, escapes and JSON around it. */
const MAX_BODY_BYTES = MAX_MESSAGE_BYTES + 8 * 1024 * 1024

/** `strict`: any invalid email refuses the request; `permissive`: the valid ones are taken. */
export type ValidationMode = 'strict' | 'permissive'

export interface SendRequest {
  json: unknown
  idempotency: Sender['idempotency']
}

/** The body of a request to send, with what its Idempotency-Key stands for. */
export async function readSendRequest(
  request: Request,
  mode: ValidationMode,
): Promise<SendRequest> {
  const key = idempotencyKey(request)
  const body = await readJson(request, MAX_BODY_BYTES)
  const path = new URL(request.url).pathname
  return {
    json: body.json,
    idempotency: key === null ? null : { key, fingerprint: await fingerprint(path, mode, body) },
  }
}

/** Of the JSON as sent: words for a time mean another time a second later. */
async function fingerprint(path: string, mode: ValidationMode, body: JsonBody): Promise<string> {
  return await sha256(new TextEncoder().encode(`${path}\n${mode}\n${body.digest}`))
}
