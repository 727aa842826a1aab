import { z } from 'zod'

/** A host that only the listener of the runtime tests answers. */
export const LISTENER = 'http://outbound.test/'

/** URLs that Workers of all runtime tests asked for so far and were refused: look for one of your own host. */
export async function outboundRequests(): Promise<string[]> {
  const answer = await fetch(LISTENER)
  return z.array(z.string()).parse(await answer.json())
}
