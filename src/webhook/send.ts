import { signedHeaders, type ToSign } from './sign.ts'

export interface ToSend extends ToSign {
  endpoint: string
}

export interface EndpointAnswer {
  /** HTTP status; null: no answer came in time. */
  status: number | null
  /** The beginning of the answer, or why there is none. */
  response: string
  /** The header, as it came. */
  retryAfter: string | null
}

export interface Sender {
  fetch: typeof globalThis.fetch
  /** For the whole answer, milliseconds. */
  timeoutMs: number
}

/** What is kept of an answer; nobody reads more of it. */
const MAX_RESPONSE = 1000
/** Milliseconds that an answer may drip on after its status: each keeps one of our few connections. */
const MAX_DRIP = 1000

/** One attempt. Redirects are not followed: they are answers like any other. Never throws. */
export async function sendWebhook(
  { endpoint, ...toSign }: ToSend,
  { fetch, timeoutMs }: Sender,
): Promise<EndpointAnswer> {
  const drip = new AbortController()
  let cutOff: ReturnType<typeof setTimeout> | undefined
  try {
    const answer = await fetch(endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'user-agent': 'Aerogram-Webhooks/1.0',
        ...signedHeaders(toSign),
      },
      body: toSign.body,
      redirect: 'manual',
      signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), drip.signal]),
    })
    cutOff = setTimeout(() => drip.abort('cut off'), MAX_DRIP)
    return {
      status: answer.status,
      response: await beginningOf(answer),
      retryAfter: answer.headers.get('retry-after'),
    }
  } catch (error) {
    return { status: null, response: String(error).slice(0, MAX_RESPONSE), retryAfter: null }
  } finally {
    clearTimeout(cutOff)
  }
}

/** The status has said what there is to say: an answer that drips or breaks off is told as far as it came. */
async function beginningOf(answer: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  try {
    for await (const chunk of answer.body ?? []) {
      text += decoder.decode(chunk, { stream: true })
      if (text.length >= MAX_RESPONSE) break
    }
  } catch (error) {
    return `${text.slice(0, MAX_RESPONSE)} (${String(error)})`
  }
  return text.slice(0, MAX_RESPONSE)
}
