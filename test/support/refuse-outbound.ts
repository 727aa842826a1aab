import { type Request, Response } from 'miniflare'
import { z } from 'zod'
import { LISTENER } from './outbound.ts'

const answer = z.object({ url: z.url(), body: z.string() })

/**
 * Every outbound request of the runtime tests comes here and gets 599, so that none reaches the
 * network. A GET of `LISTENER` answers the URLs refused so far, as a JSON list; a PUT of {url, body}
 * has a URL answered from then on.
 */
export function refuseOutbound(): (request: Request) => Promise<Response> {
  const refused: string[] = []
  const answers = new Map<string, string>()
  return async (request) => {
    if (request.url === LISTENER && request.method === 'PUT') {
      const { url, body } = answer.parse(await request.json())
      answers.set(url, body)
      return new Response()
    }
    if (request.url === LISTENER) return Response.json(refused)
    const known = answers.get(request.url)
    if (known !== undefined) return new Response(known)
    refused.push(request.url)
    return new Response('no test reaches the network', { status: 599 })
  }
}
