import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'
import type { SignedRequest } from './sigv4.ts'

export type SimulatorContext = Context<{ Bindings: HttpBindings }>

/** The request as it came over the wire: signatures are about bytes, not about what they mean. */
export async function wireRequest(c: SimulatorContext): Promise<SignedRequest> {
  const [path = '/', ...query] = (c.env.incoming.url ?? '/').split('?')
  return {
    method: c.req.method,
    path,
    query: query.join('?'),
    headers: new Map(Object.entries(c.req.header())),
    body: new Uint8Array(await c.req.arrayBuffer()),
  }
}

export function sleep(ms: number): Promise<void> {
  return ms <= 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms))
}
