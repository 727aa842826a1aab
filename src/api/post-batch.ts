import { createRoute, z } from '@hono/zod-openapi'
import { accept, answeredBefore } from './accept.ts'
import type { ApiDeps } from './deps.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { ApiError, invalidParameter } from '../http/errors.ts'
import { fetchOnce } from '../http/fetch-attachment.ts'
import { plainText } from '../template/plain-text.ts'
import { templateFiller } from './fill-template.ts'
import { topicChecker } from './topic-checker.ts'
import { type ParseDeps, parseSendEmail, type SendEmail } from './send-email.ts'
import { readSendRequest, type ValidationMode } from './send-request.ts'
import { idAnswer, sendEmailBody } from './send-schema.ts'

const MAX_EMAILS = 100

const route = createRoute({
  method: 'post',
  path: '/emails/batch',
  summary: 'Send up to 100 emails',
  request: {
    headers: z.object({ 'x-batch-validation': z.enum(['strict', 'permissive']).optional() }),
    body: {
      content: { 'application/json': { schema: z.array(sendEmailBody).min(1).max(MAX_EMAILS) } },
    },
  },
  responses: {
    200: {
      description: 'Accepted; `errors` only when permissive',
      content: {
        'application/json': {
          schema: z.object({
            data: z.array(idAnswer),
            errors: z.array(z.object({ index: z.int(), message: z.string() })).optional(),
          }),
        },
      },
    },
  },
})

/** Up to 100 emails, ids in request order; `normal` unless they say otherwise. */
export function postBatch(deps: ApiDeps): Endpoint {
  return { route, asks: 'send', answer }

  async function answer(c: ApiContext): Promise<string> {
    const mode = validationMode(c.req.header('x-batch-validation'))
    const { json, idempotency } = await readSendRequest(c.req.raw, mode)
    const now = deps.now()
    const before = await answeredBefore(idempotency, now, deps)
    if (before !== null) return before
    const fetchAttachment = fetchOnce(deps.fetch, deps.settings.publicUrl)
    const { emails, errors } = await parseBatch(json, mode, {
      now,
      sendsFrom: c.var.apiKey.sendsFrom,
      fetchAttachment,
      fillTemplate: templateFiller(deps.db, now),
      isTopic: topicChecker(deps.db),
      plainText: remembered(plainText),
    })
    const sender = {
      apiKeyId: c.var.apiKey.id,
      defaultPriority: 'normal' as const,
      idempotency,
      now,
    }
    const told = mode === 'permissive' ? { errors } : {}
    return await accept(
      emails,
      sender,
      (ids) => ({ data: ids.map((id) => ({ id })), ...told }),
      deps,
    )
  }
}

interface Batch {
  emails: SendEmail[]
  errors: { index: number; message: string }[]
}

/** Throws for the whole batch when it is strict, or no batch at all. */
async function parseBatch(json: unknown, mode: ValidationMode, deps: ParseDeps): Promise<Batch> {
  if (!Array.isArray(json)) {
    throw new ApiError(422, 'validation_error', 'The body must be a list of emails.')
  }
  if (json.length < 1 || json.length > MAX_EMAILS) {
    throw new ApiError(
      422,
      'validation_error',
      `The list of \`emails\` holds 1 to ${MAX_EMAILS}; this one ${json.length}.`,
    )
  }
  const batch: Batch = { emails: [], errors: [] }
  for (const [index, entry] of json.entries()) {
    try {
      batch.emails.push(await parseSendEmail(entry, deps))
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      if (mode === 'strict') {
        throw new ApiError(error.status, error.code, `emails[${index}]: ${error.message}`)
      }
      batch.errors.push({ index, message: error.message })
    }
  }
  return batch
}

function validationMode(header: string | undefined): ValidationMode {
  const mode = header?.trim().toLowerCase() ?? 'strict'
  if (mode === 'strict' || mode === 'permissive') return mode
  throw invalidParameter('x-batch-validation', 'Either strict or permissive.')
}

/** A batch often says the same to everybody. */
function remembered(make: (html: string) => string | null): (html: string) => string | null {
  const known = new Map<string, string | null>()
  return (html) => {
    const text = known.get(html) ?? make(html)
    known.set(html, text)
    return text
  }
}
