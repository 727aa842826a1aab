/** USD: Workers Paid, marginal, before what the plan includes (developers.cloudflare.com, pricing). */
const QUEUE_PER_MILLION_OPERATIONS = 0.4
export const D1_PER_MILLION_ROWS_WRITTEN = 1
const REQUESTS_PER_MILLION = 0.3
const CPU_PER_MILLION_MS = 0.02
const OBJECT_REQUESTS_PER_MILLION = 0.15
const OBJECT_ROWS_PER_MILLION = 1
export const MILLION = 1_000_000

/** A job is written, read and deleted; each is an operation for every 64 KB of it. */
const OPERATIONS_A_JOB = 3
const OPERATION_BYTES = 64_000

/** What was done, as it is billed. */
export interface Operations {
  /** Queue jobs that were written once, read once and deleted once. */
  jobs: number
  /** Reads beyond the first. */
  redelivered: number
  largestJobBytes: number
  rowsWritten: number
  /** Of the Worker: HTTP, batches of queues, cron. */
  requests: number
  cpuMs: number
  /** Of Durable Objects: calls and alarms. */
  objectRequests: number
  /** Written by Durable Objects to their own storage. */
  objectRows: number
}

export interface Price {
  queues: number
  d1: number
  requests: number
  cpu: number
  objects: number
  total: number
}

/** `factor`: for how many times as much as was counted. */
export function priceOf(operations: Operations, factor = 1): Price {
  const pieces = Math.max(1, Math.ceil(operations.largestJobBytes / OPERATION_BYTES))
  const queueOperations =
    (operations.jobs * OPERATIONS_A_JOB + operations.redelivered) * pieces * factor
  const usd = (count: number, perMillion: number) => (count * factor * perMillion) / MILLION
  const queues = (queueOperations * QUEUE_PER_MILLION_OPERATIONS) / MILLION
  const d1 = usd(operations.rowsWritten, D1_PER_MILLION_ROWS_WRITTEN)
  const requests = usd(operations.requests, REQUESTS_PER_MILLION)
  const cpu = usd(operations.cpuMs, CPU_PER_MILLION_MS)
  const objects =
    usd(operations.objectRequests, OBJECT_REQUESTS_PER_MILLION) +
    usd(operations.objectRows, OBJECT_ROWS_PER_MILLION)
  return { queues, d1, requests, cpu, objects, total: queues + d1 + requests + cpu + objects }
}

/** The formula with its numbers in it. */
export function priceSentence(operations: Operations, price: Price): string {
  const { jobs, redelivered, rowsWritten, requests, cpuMs, objectRequests, objectRows } = operations
  return [
    `queues ${part(price.queues)} (${jobs} jobs x 3 operations + ${redelivered} reads again, x 0.40 a million)`,
    `D1 ${part(price.d1)} (${rowsWritten} rows written x 1.00)`,
    `requests ${part(price.requests)} (${requests} x 0.30)`,
    `CPU ${part(price.cpu)} (${Math.round(cpuMs)} ms of all of workerd x 0.02)`,
    `Durable Object ${part(price.objects)} (${objectRequests} requests x 0.15, ${objectRows} rows x 1.00)`,
  ].join(', ')
}

function part(usd: number): string {
  return usd.toFixed(4)
}
