import { createServer, type IncomingHttpHeaders } from 'node:http'
import { onTestFinished } from 'vitest'
import { z } from 'zod'

const envelope = z.looseObject({
  Type: z.string(),
  MessageId: z.string(),
  TopicArn: z.string(),
  Message: z.string(),
  SignatureVersion: z.string(),
  SigningCertURL: z.string(),
  Subject: z.string().optional(),
  SubscribeURL: z.string().optional(),
  Token: z.string().optional(),
})
const told = z.looseObject({
  eventType: z.string(),
  mail: z.looseObject({
    messageId: z.string(),
    destination: z.array(z.string()),
    tags: z.record(z.string(), z.array(z.string())),
  }),
})
export type Told = z.infer<typeof told>

export interface Post {
  headers: IncomingHttpHeaders
  body: z.infer<typeof envelope>
  /** As it came. */
  text: string
  at: number
}

/** An HTTP endpoint that keeps what SNS posts; `answer` gives the status of each. */
export async function anEndpoint(answer: (post: Post) => number = () => 200) {
  const posts: Post[] = []
  const server = createServer((request, response) => {
    const chunks: string[] = []
    request.setEncoding('utf8')
    request.on('data', (chunk: string) => chunks.push(chunk))
    request.on('end', () => {
      const text = chunks.join('')
      const body = envelope.parse(JSON.parse(text))
      const post = { headers: request.headers, body, text, at: Date.now() }
      posts.push(post)
      response.writeHead(answer(post)).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}/sns`,
    posts,
    notifications: () => posts.filter(({ body }) => body.Type === 'Notification'),
    events: (type?: string): Told[] =>
      posts
        .filter(({ body }) => body.Subject !== undefined)
        .map(({ body }) => told.parse(JSON.parse(body.Message)))
        .filter(({ eventType }) => type === undefined || eventType === type),
  }
}

export type Endpoint = Awaited<ReturnType<typeof anEndpoint>>
