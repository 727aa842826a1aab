import { Agent as HttpAgent, type ClientRequest, request as httpRequest } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'

export interface Poster {
  /** HTTP status, or 0 when there was no answer in time. */
  post(endpoint: string, headers: Record<string, string>, body: string): Promise<number>
  close(): void
}

/** As SNS posts: kept connections, no redirects, 15 seconds (`timeoutMs`) and no more. */
export function poster(connections: number, timeoutMs: number): Poster {
  const options = { keepAlive: true, maxSockets: connections }
  const http = new HttpAgent(options)
  const https = new HttpsAgent(options)

  function post(endpoint: string, headers: Record<string, string>, body: string) {
    return new Promise<number>((resolve) => {
      const request = open(endpoint, headers, body)
      const timer = setTimeout(() => request.destroy(new Error('timeout')), timeoutMs)
      const settle = (status: number) => {
        clearTimeout(timer)
        resolve(status)
      }
      request.once('response', (response) => {
        response.resume()
        response.once('end', () => settle(response.statusCode ?? 0))
        response.once('error', () => settle(0))
      })
      request.once('error', (error) => {
        // The endpoint closed a kept connection just as we took it up: that is no answer to this message.
        const isStale = request.reusedSocket && 'code' in error && error.code === 'ECONNRESET'
        if (!isStale) settle(0)
        else {
          clearTimeout(timer)
          resolve(post(endpoint, headers, body))
        }
      })
      request.once('close', () => settle(0))
    })
  }

  function open(endpoint: string, headers: Record<string, string>, body: string): ClientRequest {
    const secure = endpoint.startsWith('https:')
    const request = (secure ? httpsRequest : httpRequest)(endpoint, {
      method: 'POST',
      agent: secure ? https : http,
      headers: {
        ...headers,
        'Content-Length': Buffer.byteLength(body),
        'User-Agent': 'Amazon Simple Notification Service Agent',
        'Accept-Encoding': 'gzip,deflate',
      },
    })
    request.end(body)
    return request
  }

  return {
    post,
    close: () => {
      http.destroy()
      https.destroy()
    },
  }
}
