import { type Invocation, refuse } from './invocation.ts'

/** developers.cloudflare.com/queues/platform/limits */
const MAX_JOB_BYTES = 128_000
const MAX_BATCH_JOBS = 100
const MAX_BATCH_BYTES = 256_000
const MAX_DELAY_SECONDS = 43_200

/** The producer of that name, what is sent through it held against production's limits. */
export function limitedQueue<Job>(
  queue: Queue<Job>,
  name: string,
  current: () => Invocation,
): Queue<Job> {
  return {
    metrics: () => queue.metrics(),
    async send(job, options) {
      checkJob(name, job)
      checkDelay(name, options?.delaySeconds)
      return await current().call(name, () => queue.send(job, options))
    },
    async sendBatch(messages, options) {
      const jobs = [...messages]
      if (jobs.length > MAX_BATCH_JOBS) refuse(name, `more than ${MAX_BATCH_JOBS} jobs a batch`)
      checkDelay(name, options?.delaySeconds)
      let bytes = 0
      for (const { body, delaySeconds } of jobs) {
        bytes += checkJob(name, body)
        checkDelay(name, delaySeconds)
      }
      if (bytes > MAX_BATCH_BYTES)
        refuse(name, `jobs of more than ${MAX_BATCH_BYTES} bytes a batch`)
      return await current().call(name, () => queue.sendBatch(jobs, options))
    },
  }
}

function checkJob(name: string, job: unknown): number {
  const bytes = Buffer.byteLength(JSON.stringify(job))
  if (bytes > MAX_JOB_BYTES) refuse(name, `a job of more than ${MAX_JOB_BYTES} bytes`)
  return bytes
}

function checkDelay(name: string, seconds: number | undefined): void {
  if (seconds !== undefined && (seconds < 0 || seconds > MAX_DELAY_SECONDS)) {
    refuse(name, `delaySeconds not between 0 and ${MAX_DELAY_SECONDS}`)
  }
}
