import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Faults } from '../faults.ts'
import type { DeadLetter } from '../ledger-lines.ts'
import type { Subscription } from '../resources.ts'
import type { Store } from '../store.ts'
import { deliveryPolicy } from './delivery-policy.ts'
import { confirmationBody, notificationBody, type Signer } from './envelope.ts'
import { isDelivered, Lane } from './lane.ts'
import type { Notification } from './notification.ts'
import type { Poster } from './post.ts'

const AT_ONCE = 16
const redrivePolicy = z.object({ deadLetterTargetArn: z.string() })

export interface CourierParts {
  store: Store
  faults: Faults
  signer: Signer
  poster: Poster
  keepDeadLetter(deadLetter: DeadLetter, eventId: string | null): void
}

/** Brings what is published to the endpoints that subscribed, the way SNS does. */
export class Courier {
  readonly #parts: CourierParts
  readonly #lanes = new Map<string, Lane>()
  readonly #handshakes = new Lane(AT_ONCE)

  constructor(parts: CourierParts) {
    this.#parts = parts
  }

  /** To how many subscribers it goes. */
  publish(notification: Notification): number {
    let subscribers = 0
    for (const subscription of this.#parts.store.subscriptions.values()) {
      if (subscription.topicArn !== notification.topicArn || !subscription.confirmed) continue
      if (notification.only && !notification.only.includes(subscription.arn)) continue
      this.#deliver(notification, subscription)
      subscribers += 1
    }
    return subscribers
  }

  /** The handshake: posted to the endpoint, again like a notification while it fails. */
  askToConfirm(subscription: Subscription): void {
    const { signer, poster } = this.#parts
    const id = randomUUID()
    const at = Date.now()
    this.#handshakes.push({
      retryDelays: this.#policy(subscription).retryDelays,
      attempt: () =>
        this.#unlessDown(async () =>
          poster.post(
            subscription.endpoint,
            {
              'x-amz-sns-message-type': 'SubscriptionConfirmation',
              'x-amz-sns-message-id': id,
              'x-amz-sns-topic-arn': subscription.topicArn,
              'Content-Type': 'text/plain; charset=UTF-8',
            },
            await confirmationBody(id, at, subscription, signer),
          ),
        ),
      told: () => undefined,
    })
  }

  /** Forgets the notifications that wait; handshakes go on. */
  forget(): void {
    for (const lane of this.#lanes.values()) lane.close()
    this.#lanes.clear()
  }

  stop(): void {
    this.forget()
    this.#handshakes.close()
  }

  #deliver(notification: Notification, subscription: Subscription): void {
    const policy = this.#policy(subscription)
    const lane = this.#lane(subscription)
    lane.perSecond = policy.maxReceivesPerSecond
    lane.push({
      retryDelays: policy.retryDelays,
      attempt: () =>
        this.#unlessDown(() => this.#post(notification, subscription, policy.contentType)),
      told: (status, final) => {
        const { arn: subscriptionArn } = subscription
        const at = Date.now()
        notification.told({ at, status, notificationId: notification.id, subscriptionArn, final })
        if (final && !isDelivered(status)) void this.#bury(notification, subscription, status)
      },
    })
  }

  async #post(
    notification: Notification,
    subscription: Subscription,
    contentType: string,
  ): Promise<number> {
    const raw = subscription.attributes['RawMessageDelivery'] === 'true'
    return this.#parts.poster.post(
      subscription.endpoint,
      {
        'x-amz-sns-message-type': 'Notification',
        'x-amz-sns-message-id': notification.id,
        'x-amz-sns-topic-arn': notification.topicArn,
        'x-amz-sns-subscription-arn': subscription.arn,
        ...(raw ? { 'x-amz-sns-rawdelivery': 'true' } : {}),
        'Content-Type': contentType,
      },
      raw ? notification.message() : await this.#body(notification, subscription),
    )
  }

  #body(notification: Notification, subscription: Subscription): Promise<string> {
    const { store, signer } = this.#parts
    const topic = store.topics.get(notification.topicArn)
    const version = topic?.attributes['SignatureVersion'] === '2' ? '2' : '1'
    return notificationBody(notification, subscription, version, signer)
  }

  /** Onto the queue that the RedrivePolicy names, else into nothing. */
  async #bury(notification: Notification, subscription: Subscription, status: number) {
    const redrive = subscription.attributes['RedrivePolicy']
    if (redrive === undefined) return
    const raw = subscription.attributes['RawMessageDelivery'] === 'true'
    const deadLetter = {
      queueArn: redrivePolicy.parse(JSON.parse(redrive)).deadLetterTargetArn,
      subscriptionArn: subscription.arn,
      topicArn: notification.topicArn,
      notificationId: notification.id,
      at: Date.now(),
      status,
      body: raw ? notification.message() : await this.#body(notification, subscription),
    }
    this.#parts.keepDeadLetter(deadLetter, notification.eventId ?? null)
  }

  async #unlessDown(post: () => Promise<number>): Promise<number | null> {
    return this.#parts.faults.onNotification() ? null : post()
  }

  #policy(subscription: Subscription) {
    const topic = this.#parts.store.topics.get(subscription.topicArn)
    return deliveryPolicy(
      subscription.attributes['DeliveryPolicy'],
      topic?.attributes['DeliveryPolicy'],
    )
  }

  #lane(subscription: Subscription): Lane {
    const known = this.#lanes.get(subscription.arn)
    if (known !== undefined) return known
    const lane = new Lane(AT_ONCE)
    this.#lanes.set(subscription.arn, lane)
    return lane
  }
}
