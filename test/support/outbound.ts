import { z } from 'zod'

/** A host that only the listener of the runtime tests answers. */
export const LISTENER = 'http://outbound.test/'

/** URLs that Workers of all runtime tests asked for so far and were refused: look for one of your own host. */
export async function outboundRequests(): Promise<string[]> {
  const answer = await fetch(LISTENER)
  return z.array(z.string()).parse(await answer.json())
}

/** Has the world outside answer this URL with 200 and this body, for all runtime tests. */
export async function answerOutbound(url: string, body: string): Promise<void> {
  await fetch(LISTENER, { method: 'PUT', body: JSON.stringify({ url, body }) })
}
