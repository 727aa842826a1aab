import { askDriver, reach } from './points.ts'

interface Sent {
  body: unknown
  delaySeconds: number
}

/** The same producer, where the driver may step in before and after what is sent. */
export function breakableQueue<Job>(queue: Queue<Job>, kind: string): Queue<Job> {
  const around = async <T>(send: () => Promise<T>): Promise<T> => {
    await reach(kind, 'before')
    const sent = await send()
    await reach(kind, 'after')
    return sent
  }
  return {
    metrics: () => queue.metrics(),
    send: (job, options) => around(() => queue.send(job, options)),
    sendBatch: (jobs, options) => around(() => queue.sendBatch(jobs, options)),
  }
}

/**
 * A producer whose jobs the driver keeps, outside of workerd, and delivers as it likes: a queue that
 * survives every death, and one that does to its jobs all that a queue may do.
 */
export function driversQueue<Job>(name: string, kind: string): Queue<Job> {
  const put = async (jobs: Sent[]): Promise<QueueSendResponse> => {
    await reach(kind, 'before')
    await askDriver('/queue', { queue: name, jobs })
    await reach(kind, 'after')
    return { metadata: { metrics: { backlogCount: 0, backlogBytes: 0 } } }
  }
  return {
    async metrics() {
      const response = await askDriver('/backlog', { queue: name })
      const { count, oldest } = Object.assign({ count: 0, oldest: 0 }, response)
      return {
        backlogCount: count,
        backlogBytes: 0,
        ...(oldest === 0 ? {} : { oldestMessageTimestamp: new Date(oldest) }),
      }
    },
    send: (body, options) => put([{ body, delaySeconds: options?.delaySeconds ?? 0 }]),
    sendBatch: (jobs) =>
      put([...jobs].map(({ body, delaySeconds = 0 }) => ({ body, delaySeconds }))),
  }
}
