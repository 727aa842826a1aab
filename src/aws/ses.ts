import { AwsV4Signer } from 'aws4fetch'
import type { Answer } from '../domain/outcome.ts'

export interface SesSettings {
  region: string
  accessKeyId: string
  secretAccessKey: string
  /** Another origin than AWS's, for the local simulator. */
  endpoint: string | undefined
  timeoutMs: number
}

/** Never throws. */
export type SignedCall = () => Promise<Answer>

/** Amazon SES v2. Nothing is ever tried twice in here: SES has no idempotency token. */
export interface Ses {
  /**
   * One call, to be made once, signed with the time of the claim: AWS refuses it when more than five
   * minutes old, so a stalled worker cannot send what others have taken over.
   */
  signEmail(body: string, claimedAt: number): Promise<SignedCall>
  signBulkEmail(body: string, claimedAt: number): Promise<SignedCall>
  /** Throws when the account cannot be read. */
  getAccount(): Promise<unknown>
}

type Sign = (method: string, path: string, body: string | null, at: number) => Promise<SignedCall>

function signer(settings: SesSettings, fetch: typeof globalThis.fetch): Sign {
  const origin = settings.endpoint ?? `https://email.${settings.region}.amazonaws.com`

  return async (method, path, body, at) => {
    const signed = await new AwsV4Signer({
      method,
      url: new URL(path, origin).toString(),
      headers: { 'content-type': 'application/json' },
      ...(body === null ? {} : { body }),
      accessKeyId: settings.accessKeyId,
      secretAccessKey: settings.secretAccessKey,
      service: 'ses',
      region: settings.region,
      datetime: amzDate(at),
    }).sign()
    return async () => {
      try {
        const response = await fetch(signed.url, {
          method,
          headers: signed.headers,
          body,
          redirect: 'manual',
          signal: AbortSignal.timeout(settings.timeoutMs),
        })
        return await read(response)
      } catch (error) {
        return { type: 'no answer', reason: error instanceof Error ? error.name : 'network error' }
      }
    }
  }
}

/** One call of any other operation; `body` is sent as JSON. Never throws. */
export type SesCaller = (
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  body?: object,
) => Promise<Answer>

export function sesCaller(settings: SesSettings, fetch: typeof globalThis.fetch): SesCaller {
  const sign = signer(settings, fetch)
  return async (method, path, body) => {
    const json = body === undefined ? null : JSON.stringify(body)
    const call = await sign(method, path, json, Date.now())
    return await call()
  }
}

export function sesClient(settings: SesSettings, fetch: typeof globalThis.fetch): Ses {
  const sign = signer(settings, fetch)
  return {
    signEmail: (body, at) => sign('POST', '/v2/email/outbound-emails', body, at),
    signBulkEmail: (body, at) => sign('POST', '/v2/email/outbound-bulk-emails', body, at),
    async getAccount() {
      const ask = await sign('GET', '/v2/email/account', null, Date.now())
      const answer = await ask()
      if (answer.type === 'answer' && answer.status === 200) return answer.body
      const why = answer.type === 'answer' ? `${answer.status} ${answer.errorType}` : answer.reason
      throw new Error(`GetAccount was refused: ${why}`)
    },
  }
}

async function read(response: Response): Promise<Answer> {
  const text = await response.text()
  const body = parse(text)
  // The type may carry a ":http://…" suffix; some front ends write Message with a capital.
  const errorType = (response.headers.get('x-amzn-errortype') ?? '').split(':')[0] ?? ''
  if (body === undefined && response.status === 200) {
    return { type: 'no answer', reason: 'SES answered 200 with half an answer' }
  }
  return { type: 'answer', status: response.status, errorType, message: messageOf(body), body }
}

function messageOf(body: unknown): string {
  if (typeof body !== 'object' || body === null) return ''
  if ('message' in body && typeof body.message === 'string') return body.message
  if ('Message' in body && typeof body.Message === 'string') return body.Message
  return ''
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function amzDate(at: number): string {
  return new Date(at).toISOString().replace(/[-:]|\.\d{3}/g, '')
}
