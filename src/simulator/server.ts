import { createAdaptorServer, type HttpBindings } from '@hono/node-server'
import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { Hono } from 'hono'
import { controlRoutes } from './control.ts'
import { Faults } from './faults.ts'
import { Ledger } from './ledger.ts'
import { seededRandom } from './random.ts'
import { resume } from './redeliver.ts'
import { sesDoor } from './ses/door.ts'
import { Mailroom } from './ses/mailroom.ts'
import { Publisher } from './ses/publisher.ts'
import type { Credentials } from './sigv4.ts'
import { signingCertificate } from './sns/certificate.ts'
import { Courier } from './sns/courier.ts'
import { snsDoor } from './sns/door.ts'
import { poster } from './sns/post.ts'
import { isForSqs, sqsDoor } from './sqs/door.ts'
import { type Message, Queues } from './sqs/queues.ts'
import { Store } from './store.ts'

export interface SimulatorSettings {
  /** 0 for any free one. */
  port: number
  /** Where ledger, resources and certificate lie; made when missing. */
  directory: string
  region: string
  /** Twelve digits. */
  account: string
  credentials: Credentials
  /** Factor on the time events take; 0 is at once. */
  eventDelay: number
}

export interface Simulator {
  url: string
  close(): Promise<void>
}

const CONNECTIONS = 16
const NOTIFICATION_TIMEOUT_MS = 15_000
/** Long, so that no caller finds a connection closed that it kept: that would look like a cut call. */
const KEEP_ALIVE_MS = 10 * 60_000
const VALIDATED = 'Successfully validated SNS topic for Amazon SES event publishing.'

/** A stand-in for Amazon SES v2, SNS and its dead-letter queue in SQS on this machine, on 127.0.0.1 only. */
export async function startSimulator(settings: SimulatorSettings): Promise<Simulator> {
  const { directory, region, credentials } = settings
  mkdirSync(directory, { recursive: true })
  const home = { region, accountId: settings.account }
  const store = new Store(directory, Date.now())
  const ledger = new Ledger(directory)
  const faults = new Faults()
  const queues = new Queues(directory, home, taken)
  const post = poster(CONNECTIONS, NOTIFICATION_TIMEOUT_MS)
  const certificate = await signingCertificate(directory)
  const courier = new Courier({
    store,
    faults,
    signer: {
      privateKey: certificate.privateKey,
      origin: `https://sns.${region}.amazonaws.com`,
      certificatePath: certificate.path,
    },
    poster: post,
    keepDeadLetter: (deadLetter, eventId) => {
      ledger.addDeadLetter(deadLetter)
      const { queueArn, topicArn, body, notificationId, subscriptionArn } = deadLetter
      const origin = { eventId, notificationId, subscriptionArn }
      queues.sendFromSns(queueArn, topicArn, body, origin)
    },
  })
  const publisher = new Publisher({
    store,
    ledger,
    faults,
    home,
    publish: (notification) => courier.publish(notification),
  })
  const mailroom = new Mailroom({ store, ledger, publisher, home, eventDelay: settings.eventDelay })
  for (const { at, counted } of ledger.accepted.values()) store.account.quota.count(counted, at)

  const app = new Hono<{ Bindings: HttpBindings }>()
  const random = seededRandom(1)
  app.route(
    '/_sim',
    controlRoutes({ store, ledger, faults, mailroom, publisher, home, random, reset }),
  )
  app.get('/:file{SimpleNotificationService-[0-9a-f]{32}\\.pem}', (c) => {
    if (faults.onCertificate()) return c.text('Service Unavailable', 503)
    if (c.req.path !== certificate.path) return c.notFound()
    return c.body(certificate.pem, 200, { 'Content-Type': 'application/x-pem-file' })
  })
  const sns = snsDoor({ store, courier, home, ledger, faults, credentials })
  app.get('/', sns)
  const sqs = sqsDoor({ queues, store, ledger, faults, home, credentials })
  app.post('/', (c) => (isForSqs(c) ? sqs(c) : sns(c)))
  const ses = sesDoor({ store, mailroom, faults, ledger, credentials, region, validateTopic })
  app.all('/v2/*', ses)
  app.all('/v1/*', ses)
  app.onError((error, c) => {
    console.error('simulator failed', error)
    return c.json({ message: 'The simulator itself has failed; its log says why.' }, 500)
  })

  const server = createAdaptorServer({
    fetch: app.fetch,
    serverOptions: { keepAliveTimeout: KEEP_ALIVE_MS },
  })
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', reject)
    server.listen(settings.port, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : settings.port)
    })
  })
  await resume({ ledger, mailroom, publisher })
  return { url: `http://127.0.0.1:${port}`, close }

  /** Whoever removes a notification from its dead-letter queue was told of the event after all. */
  function taken({ origin }: Message): void {
    if (origin === null || origin.eventId === null) return
    const { eventId, notificationId, subscriptionArn } = origin
    const delivery = { at: Date.now(), status: 200, notificationId, subscriptionArn, final: true }
    ledger.recordDelivery(eventId, delivery)
  }

  /** SES says on a new destination's topic that it may publish there. */
  function validateTopic(topicArn: string): void {
    courier.publish({
      id: randomUUID(),
      topicArn,
      subject: null,
      at: Date.now(),
      message: () => VALIDATED,
      told: () => undefined,
    })
  }

  /** The mail and all it caused is forgotten; topics, subscriptions and configuration sets stay. */
  function reset(): void {
    publisher.stop()
    courier.forget()
    mailroom.forget()
    ledger.forget()
    queues.forget()
    faults.set({ seed: 1, rules: [] })
    store.account.forget(Date.now())
    for (const [address, { cause }] of store.suppressions)
      if (cause !== null) store.suppressions.delete(address)
    store.changed()
  }

  async function close(): Promise<void> {
    if (!server.listening) return
    publisher.stop()
    courier.stop()
    post.close()
    await new Promise<void>((resolve) => {
      server.close(() => resolve())
      if ('closeAllConnections' in server) server.closeAllConnections()
    })
    store.flush()
    queues.close()
    ledger.close()
  }
}
