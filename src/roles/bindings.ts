import type { GovernorObject } from '../governor/durable-object.ts'
import type { EventJob, RangeJob, SendJob, WebhookJob } from '../queue/jobs.ts'

interface Bindings {
  DB: D1Database
  SEND: Queue<SendJob>
  BROADCAST: Queue<SendJob | RangeJob>
  EVENTS: Queue<EventJob>
  WEBHOOKS: Queue<WebhookJob>
  FILES: R2Bucket
  GOVERNOR: DurableObjectNamespace<GovernorObject>
}
export type Governors = Pick<Bindings, 'GOVERNOR'>
export type ApiBindings = Bindings
export type EventsBindings = Pick<Bindings, 'DB' | 'EVENTS'>
export type ConsumerBindings = Bindings
