import { createRoute } from '@hono/zod-openapi'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { csvColumns, csvRecipient, jsonLine } from '../domain/recipient-line.ts'
import { ApiError } from '../http/errors.ts'
import { inflatedText } from '../http/inflated.ts'
import { lineReader } from '../http/uploaded-lines.ts'
import { idParam } from './broadcast-schema.ts'
import type { BroadcastDeps } from './deps.ts'
import { namedBroadcast } from './named-broadcast.ts'
import { upload } from './upload.ts'
import { answered } from '../http/answered.ts'
import { uploadSchema } from './answer-schema.ts'

/** After inflating; a request to Cloudflare holds 100 MB before. */
const MAX_BYTES = 1024 ** 3
/** Empty ones, too: a gigabyte of line ends is a megabyte of gzip and minutes of work. */
const MAX_LINES = 2_000_000

const route = createRoute({
  method: 'post',
  path: '/broadcasts/{id}/recipients',
  summary: 'Upload recipients, up to 250,000 a request; repeating it changes nothing',
  request: {
    params: idParam,
    body: {
      content: {
        'application/x-ndjson': { schema: { type: 'string' } },
        'text/csv': { schema: { type: 'string' } },
      },
    },
  },
  responses: { 200: answered('What was taken, and what was not', uploadSchema) },
})

export function postRecipients(deps: BroadcastDeps): Endpoint {
  return { route, asks: 'all', answer }

  async function answer(c: ApiContext): Promise<string> {
    const { id, state, segment_id: segmentId } = await namedBroadcast(c, deps.db)
    if (state !== 'draft') {
      throw new ApiError(
        409,
        'validation_error',
        `Only a draft takes recipients; this broadcast is ${state}. Nothing was changed.`,
      )
    }
    if (segmentId !== null) {
      throw new ApiError(
        409,
        'validation_error',
        'The recipients of this broadcast are the members of its segment. Nothing was changed.',
      )
    }
    const reader = lineReader(c.req.header('content-type'), {
      json: jsonLine,
      columns: csvColumns,
      record: csvRecipient,
    })
    const texts = inflatedText(c.req.raw, { bytes: MAX_BYTES, lines: MAX_LINES })
    const { upload: taken, end } = await upload(texts, reader, id, deps)
    const { accepted, duplicates, replaced, invalid, collided, erased, lines } = taken
    console.info('recipients uploaded', {
      broadcastId: id,
      accepted,
      duplicates,
      replaced,
      invalid: invalid.count,
      collided: collided.length,
      erased,
    })
    if (end === 'closed') {
      throw new ApiError(
        409,
        'validation_error',
        `The broadcast left draft during the upload: ${lines} lines were taken, the rest was not.`,
      )
    }
    if (end === 'too long') {
      throw new ApiError(
        413,
        'validation_error',
        `This is more than one request may bring: ${lines} lines were taken, send the rest with another one.`,
      )
    }
    return JSON.stringify({
      object: 'upload',
      broadcast_id: id,
      accepted,
      duplicates,
      replaced,
      invalid,
      collided: { count: collided.length, emails: collided },
      erased,
    })
  }
}
