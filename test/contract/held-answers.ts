import { type Documented, documented } from '../support/documented.ts'
import { everyEndpoint } from '../support/every-endpoint.ts'
import { shapeFaults, statusOf } from './shapes.ts'
import { wireFaults } from './wire-faults.ts'

export interface HeldAnswers {
  key: string
  /** The API, each answer of which is held to its document, its shape and what holds for all. */
  fetch: (request: Request) => Promise<Response>
  /** What was wrong with answers since it was last asked. */
  takeFaults(): string[]
  /** Calls that were answered well. */
  answered: Set<string>
}

export async function heldAnswers(api: Pick<HeldAnswers, 'key' | 'fetch'>): Promise<HeldAnswers> {
  const document = await documented(async (request) => await everyEndpoint().fetch(request))
  const answered = new Set<string>()
  let faults: string[] = []
  return {
    key: api.key,
    answered,
    async fetch(request) {
      const response = await api.fetch(request)
      const { call, faults: found } = await held(request, response.clone(), document)
      faults.push(...found)
      if (call !== null && response.ok) answered.add(call)
      return response
    },
    takeFaults() {
      const taken = faults
      faults = []
      return taken
    },
  }
}

async function held(
  { method, url }: Request,
  response: Response,
  document: Documented,
): Promise<{ call: string | null; faults: string[] }> {
  const { status } = response
  const { pathname } = new URL(url)
  const call = document.callOf(method, pathname)
  const text = await response.text()
  const wrong = wireFaults(response, text).map((fault) => `${method} ${pathname}: ${fault}`)
  if (call === null) {
    const isSaid = status === 404 || status === 405
    return { call, faults: isSaid ? wrong : [...wrong, `${method} ${pathname} is not documented`] }
  }
  const json: unknown = JSON.parse(text)
  const faults = [...wrong, ...document.faults(call, status, json)]
  if (!response.ok) return { call, faults }
  const other = status === statusOf(call) ? [] : [`${call} is answered ${status}`]
  return { call, faults: [...faults, ...other, ...shapeFaults(call, json)] }
}
