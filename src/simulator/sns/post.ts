import { Agent as HttpAgent, request as httpRequest } from 'node:http'
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
  return {
    post: (endpoint, headers, body) =>
      new Promise((resolve) => {
        const secure = endpoint.startsWith('https:')
        const send = secure ? httpsRequest : httpRequest
        const request = send(
          endpoint,
          {
            method: 'POST',
            agent: secure ? https : http,
            headers: {
              ...headers,
              'Content-Length': Buffer.byteLength(body),
              'User-Agent': 'Amazon Simple Notification Service Agent',
              'Accept-Encoding': 'gzip,deflate',
            },
          },
          (response) => {
            response.resume()
            response.once('end', () => settle(response.statusCode ?? 0))
            response.once('error', () => settle(0))
          },
        )
        const timer = setTimeout(() => request.destroy(new Error('timeout')), timeoutMs)
        const settle = (status: number) => {
          clearTimeout(timer)
          resolve(status)
        }
        request.once('error', () => settle(0))
        request.once('close', () => settle(0))
        request.end(body)
      }),
    close: () => {
      http.destroy()
      https.destroy()
    },
  }
}
