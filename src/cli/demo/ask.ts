import { setTimeout } from 'node:timers/promises'
import { z } from 'zod'
import type { DemoEmail, DemoRequest } from './mix.ts'

const AT_ONCE = 6
const SECOND = 1000
const GIVE_UP_MS = 60 * SECOND
const RETRY_MS = 100

/** An email that Aerogram answered 200 for. */
export interface AskedEmail {
  id: string
  /** Lower case: to, cc and bcc. */
  recipients: string[]
}

const one = z.object({ id: z.string() })
const many = z.object({ data: z.array(one) })

/**
 * Sends requests as a careful client does: on 429, 5xx and a broken connection again, with the same
 * Idempotency-Key. `asked` hears of each request that was answered.
 */
export async function ask(
  requests: DemoRequest[],
  { api, apiKey }: { api: string; apiKey: string },
  asked: (emails: AskedEmail[]) => void,
): Promise<void> {
  const queue = requests.values()
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const request of queue) asked(await askOne(request, api, apiKey))
    }),
  )
}

async function askOne(request: DemoRequest, api: string, apiKey: string): Promise<AskedEmail[]> {
  const { path, emails } = request
  const deadline = Date.now() + GIVE_UP_MS
  let trouble = ''
  while (Date.now() < deadline) {
    try {
      const response = await fetch(api + path, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${apiKey}`,
          'content-type': 'application/json',
          'idempotency-key': request.idempotencyKey,
        },
        body: JSON.stringify(path === '/emails' ? emails[0] : emails),
        signal: AbortSignal.timeout(GIVE_UP_MS),
      })
      const text = await response.text()
      if (response.status === 200) {
        const answer: unknown = JSON.parse(text)
        const ids = path === '/emails' ? [one.parse(answer)] : many.parse(answer).data
        return ids.map(({ id }, n) => ({ id, recipients: recipientsOf(emails[n]) }))
      }
      if (!isRetried(response.status, text)) {
        throw new Refused(`${path} answered ${response.status} ${text}`)
      }
      trouble = `${response.status} ${text}`
      await setTimeout(Number(response.headers.get('retry-after') ?? 0) * SECOND)
    } catch (error) {
      if (error instanceof Refused) throw error
      trouble = String(error)
    }
    await setTimeout(RETRY_MS)
  }
  throw new Error(`${path} was not answered within ${GIVE_UP_MS / SECOND} s: ${trouble}`)
}

class Refused extends Error {}

/** The contract's own 409 for a request that is still being worked on. */
function isRetried(status: number, text: string): boolean {
  return status === 429 || status >= 500 || text.includes('concurrent_idempotent_requests')
}

function recipientsOf(email: DemoEmail | undefined): string[] {
  if (email === undefined) throw new Error('Aerogram answered with more ids than emails.')
  const { to, cc = [], bcc = [] } = email
  return [...to, ...cc, ...bcc].map((address) => address.toLowerCase())
}
