import { createRoute, z } from '@hono/zod-openapi'
import { readAttachments } from '../db/read-attachments.ts'
import { attachmentId } from '../domain/attachment-id.ts'
import type { Attachment } from '../domain/content.ts'
import { answered, timeField } from '../http/answered.ts'
import type { ApiContext, Endpoint } from '../http/endpoint.ts'
import { notFound } from '../http/errors.ts'
import { iso } from '../http/iso.ts'
import { listOf, pageQuery } from '../http/list-schema.ts'
import { pageOfAll } from '../http/small-list.ts'
import { signDownload } from '../token/attachment-token.ts'
import type { ApiDeps } from './deps.ts'
import { emailId } from './email-id.ts'

const SECOND = 1000
/** How long a link leads to the file, milliseconds. */
const LINK_MS = 60 * 60 * SECOND

const listed = z.object({
  id: z.uuid(),
  filename: z.string(),
  size: z.int().openapi({ description: 'Bytes' }),
  content_type: z.string(),
  content_disposition: z.enum(['inline', 'attachment']),
  content_id: z.string().optional(),
  download_url: z.url().openapi({ description: 'Asks for no key, until `expires_at`' }),
  expires_at: timeField,
})

const listRoute = createRoute({
  method: 'get',
  path: '/emails/{id}/attachments',
  summary: 'The attachments of an email, while its content is kept',
  request: { params: z.object({ id: z.uuid() }), query: pageQuery },
  responses: { 200: answered('All of them, without a limit', listOf(listed)) },
})

export function getAttachments(deps: ApiDeps): Endpoint {
  return {
    route: listRoute,
    asks: 'all',
    async answer(c) {
      const all = await attachmentsOf(c, deps)
      const { entries, hasMore } = pageOfAll(all, c.req.query(), ({ id }) => id)
      return JSON.stringify({ object: 'list', has_more: hasMore, data: entries })
    },
  }
}

const route = createRoute({
  method: 'get',
  path: '/emails/{id}/attachments/{attachment}',
  summary: 'One attachment, and a link to it',
  request: { params: z.object({ id: z.uuid(), attachment: z.uuid() }) },
  responses: {
    200: answered('The attachment', listed.extend({ object: z.literal('attachment') })),
  },
})

export function getAttachment(deps: ApiDeps): Endpoint {
  return {
    route,
    asks: 'all',
    async answer(c) {
      const asked = c.req.param('attachment')?.toLowerCase()
      const found = (await attachmentsOf(c, deps)).find(({ id }) => id === asked)
      if (found === undefined) throw notFound('Attachment')
      return JSON.stringify({ object: 'attachment', ...found })
    },
  }
}

async function attachmentsOf(c: ApiContext, deps: ApiDeps): Promise<z.infer<typeof listed>[]> {
  const id = emailId(c.req.param('id'))
  const attachments = await readAttachments(deps.db, id)
  if (attachments === null) throw notFound('Email')
  // The token holds whole seconds.
  const expiresAt = Math.floor((deps.now() + LINK_MS) / SECOND) * SECOND
  return await Promise.all(
    attachments.map((attachment, index) => told(attachment, { emailId: id, index, expiresAt })),
  )

  async function told(
    { filename, size, content_type, content_id }: Attachment,
    download: Parameters<typeof signDownload>[0],
  ): Promise<z.infer<typeof listed>> {
    const token = signDownload(download, deps.tokenKeys)
    return {
      id: await attachmentId(id, download.index),
      filename,
      size,
      content_type,
      content_disposition: content_id === null ? 'attachment' : 'inline',
      ...(content_id === null ? {} : { content_id }),
      download_url: `${deps.settings.publicUrl}/-/attachments/${token}`,
      expires_at: iso(download.expiresAt),
    }
  }
}
