import { Agent, createServer, type IncomingMessage, request, type Server } from 'node:http'
import { z } from 'zod'
import { listSubscriptions } from '../../aws/event-channel.ts'
import { callSns } from '../../aws/signed-call.ts'
import { freePort } from '../port.ts'
import { LOCAL_CREDENTIALS } from '../simulator-process.ts'
import { until } from '../until.ts'
import type { Lab } from './lab.ts'

const TOPIC_ARN = 'arn:aws:sns:eu-west-1:000000000000:aerogram-local'
const WAIT_MS = 30_000
/** As many connections as the simulator's SNS has. */
const AT_ONCE = 16

/** As SNS posted it, signature and all. */
export interface Notification {
  headers: Record<string, string>
  body: string
}

/**
 * What SNS would post, caught instead of the Worker, whose subscription ends: signing costs more
 * than checking, and only the Worker is to be measured.
 */
export async function catchNotifications(
  { stack }: Lab,
  act: () => Promise<unknown>,
  count: number,
): Promise<Notification[]> {
  const url = stack.simulator.url
  const access = {
    region: 'eu-west-1',
    ...LOCAL_CREDENTIALS,
    sesEndpoint: url,
    snsEndpoint: url,
    sqsEndpoint: url,
  }
  const caught: Notification[] = []
  const port = await freePort(0, '')
  const server = await listening(port, async (notification) => {
    if (notification.headers['x-amz-sns-message-type'] === 'Notification') caught.push(notification)
    else
      await callSns(
        'ConfirmSubscription',
        confirmation.parse(JSON.parse(notification.body)),
        access,
      )
  })
  const endpoint = `http://127.0.0.1:${port}/`
  try {
    await callSns(
      'Subscribe',
      { TopicArn: TOPIC_ARN, Protocol: 'http', Endpoint: endpoint },
      access,
    )
    await until('The confirmation of the subscription', WAIT_MS, async () => {
      const known = await listSubscriptions(TOPIC_ARN, access)
      return known.some((each) => each.endpoint === endpoint && each.arn !== null)
    })
    for (const { endpoint: other, arn } of await listSubscriptions(TOPIC_ARN, access)) {
      if (other === endpoint || arn === null) continue
      await callSns('Unsubscribe', { SubscriptionArn: arn }, access)
    }
    await act()
    await until('The notifications', WAIT_MS * 10, async () => caught.length >= count)
  } finally {
    server.close()
    server.closeAllConnections()
  }
  return caught
}

/** Posts them to the Worker, and throws when one is not answered 200. */
export async function postNotifications(lab: Lab, notifications: Notification[]): Promise<void> {
  const queue = notifications.values()
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
  try {
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (const notification of queue) {
          const status = await post(`${lab.stack.api}/sns`, notification, agent)
          if (status !== 200) throw new Error(`A notification was answered ${status}.`)
        }
      }),
    )
  } finally {
    agent.destroy()
  }
}

/** Node's own client: `fetch` would take more of the processor than the Worker's door. */
async function post(url: string, { headers, body }: Notification, agent: Agent): Promise<number> {
  return await new Promise((resolve, reject) => {
    const posted = request(url, {
      method: 'POST',
      agent,
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
    })
    posted.once('error', reject)
    posted.once('response', (response) => {
      response.resume()
      response.once('end', () => resolve(response.statusCode ?? 0))
    })
    posted.end(body)
  })
}

const confirmation = z.object({ TopicArn: z.string(), Token: z.string() })

async function listening(
  port: number,
  take: (notification: Notification) => Promise<void>,
): Promise<Server> {
  const server = createServer((request, response) => {
    const answer = (status: number) => {
      response.statusCode = status
      response.end()
    }
    read(request)
      .then(take)
      .then(
        () => answer(200),
        () => answer(500),
      )
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return server
}

async function read(request: IncomingMessage): Promise<Notification> {
  const chunks: Uint8Array[] = []
  for await (const chunk of request) chunks.push(chunk)
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(request.headers)) {
    if (typeof value !== 'string') continue
    if (name.startsWith('x-amz-') || name === 'content-type') headers[name] = value
  }
  return { headers, body: Buffer.concat(chunks).toString('utf8') }
}
