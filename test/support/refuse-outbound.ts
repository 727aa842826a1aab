import { type Request, Response } from 'miniflare'
import { LISTENER } from './outbound.ts'

/**
 * Every outbound request of the runtime tests comes here and gets 599, so that none reaches the
 * network. A GET of `LISTENER` answers the URLs refused so far, as a JSON list.
 */
export function refuseOutbound(): (request: Request) => Response {
  const refused: string[] = []
  return (request) => {
    if (request.url === LISTENER) return Response.json(refused)
    refused.push(request.url)
    return new Response('no test reaches the network', { status: 599 })
  }
}
