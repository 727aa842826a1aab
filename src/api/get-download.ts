import { createRoute, z } from '@hono/zod-openapi'
import { readAttachments } from '../db/read-attachments.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { ApiError } from '../http/errors.ts'
import { verifyDownload } from '../token/attachment-token.ts'
import type { ApiDeps } from './deps.ts'

const route = createRoute({
  method: 'get',
  path: '/-/attachments/{token}',
  summary: 'The file behind a `download_url`',
  request: { params: z.object({ token: z.string() }) },
  responses: {
    200: {
      description: 'The file as it was attached',
      content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
    },
  },
})

export function getDownload(deps: ApiDeps): Endpoint {
  return { route, asks: 'nobody', answer }

  async function answer(c: ApiContext): Promise<Response> {
    const download = verifyDownload(c.req.param('token') ?? '', deps.tokenKeys)
    if (download === null || download.expiresAt <= deps.now()) throw gone()
    const attachments = await readAttachments(deps.db, download.emailId)
    const attachment = attachments?.[download.index]
    if (attachment === undefined) throw gone()
    const stream = await deps.files.stream(attachment.file)
    if (stream === null) throw gone()
    const { filename, content_type, size } = attachment
    return new Response(stream, {
      headers: {
        'content-type': content_type,
        'content-length': String(size),
        // Never shown by a browser: whatever is in it, it is no page of ours.
        'content-disposition': `attachment; filename*=UTF-8''${encoded(filename)}`,
        'content-security-policy': "default-src 'none'; sandbox",
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      },
    })
  }
}

function gone(): ApiError {
  return new ApiError(404, 'not_found', 'There is no file behind this link, or it has expired.')
}

/** Source: RFC 8187 section 3.2.1; it leaves less unescaped than a URL does. */
function encoded(filename: string): string {
  return encodeURIComponent(filename.toWellFormed()).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
