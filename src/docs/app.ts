import type { Endpoint } from '../http/endpoint.ts'
import type { DocsDeps, OpenApiDocument } from './deps.ts'
import { getDocs } from './get-docs.ts'
import { getOpenapi } from './get-openapi.ts'

const ABOUT =
  "Resend's contract, and what Aerogram adds to it: fields of ours stand beside Resend's, calls of " +
  'ours under its objects or under `/-/`. Times are ISO 8601 in UTC, ids are UUIDs.'

/** What the API is, for programs and for people: `/openapi.json` and `/docs`. */
export function createDocs({ generate, publicUrl }: DocsDeps): Endpoint[] {
  let known: OpenApiDocument | null = null
  // Made when it is first asked for: by then every route is there.
  const document = () => {
    known ??= generate({
      openapi: '3.1.0',
      info: { title: 'Aerogram', version: '1', description: ABOUT },
      servers: [{ url: publicUrl }],
    })
    return known
  }
  return [getOpenapi(document), getDocs(document)]
}
