interface Job {
  id: string
  attempts: number
  /** Epoch milliseconds. */
  timestamp: number
  body: unknown
}

export interface Delivery {
  queue: string
  jobs: Job[]
}

/** What became of a batch; who is in neither list was left open, which counts as done. */
export interface Delivered {
  acks: string[]
  retries: { id: string; delaySeconds: number }[]
}

/** A batch as the runtime would make it, of jobs that the driver made up or kept. */
export async function deliver(
  { queue, jobs }: Delivery,
  take: (batch: MessageBatch) => Promise<void>,
): Promise<Delivered> {
  const answers = new Map<string, number | null>()
  const answer = (id: string, retry: number | null) => {
    if (!answers.has(id)) answers.set(id, retry)
  }
  await take({
    queue,
    messages: jobs.map(({ id, attempts, timestamp, body }) => ({
      id,
      attempts,
      timestamp: new Date(timestamp),
      body,
      ack: () => answer(id, null),
      retry: (options) => answer(id, retryAfter(options)),
    })),
    metadata: { metrics: { backlogCount: 0, backlogBytes: 0 } },
    ackAll: () => jobs.forEach(({ id }) => answer(id, null)),
    retryAll: (options) => jobs.forEach(({ id }) => answer(id, retryAfter(options))),
  })
  const retries = [...answers].flatMap(([id, delaySeconds]) =>
    delaySeconds === null ? [] : [{ id, delaySeconds }],
  )
  const retried = new Set(retries.map(({ id }) => id))
  return { acks: jobs.map(({ id }) => id).filter((id) => !retried.has(id)), retries }
}

function retryAfter(options?: QueueRetryOptions): number {
  return options?.delaySeconds ?? 1
}
