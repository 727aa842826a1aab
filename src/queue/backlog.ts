/** A queue's own metrics; times are epoch milliseconds. */
export interface Backlog {
  messages: number
  bytes: number
  oldestAt: number | null
}

export async function backlogOf(queue: { metrics(): Promise<QueueMetrics> }): Promise<Backlog> {
  const { backlogCount, backlogBytes, oldestMessageTimestamp } = await queue.metrics()
  return {
    messages: backlogCount,
    bytes: backlogBytes,
    oldestAt: oldestMessageTimestamp?.getTime() ?? null,
  }
}
