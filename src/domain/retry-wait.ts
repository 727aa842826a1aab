const SHORTEST_SECONDS = 5
const LONGEST_SECONDS = 10 * 60

/** Until the queue delivers again what D1 could not take: a queue's hundred retries outlast half a day without D1, not an hour. */
export function retrySeconds(deliveries: number): number {
  return Math.min(SHORTEST_SECONDS * 2 ** (deliveries - 1), LONGEST_SECONDS)
}
