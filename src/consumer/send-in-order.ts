/**
 * Connections to one endpoint at a time. Six is what an invocation has: one is left for the others,
 * however long this one keeps its own.
 */
export const MOST_CONNECTIONS = 5

/** How many requests an endpoint is sent at a time: one more with each success, one after a failure. */
export interface Width {
  connections: number
}

/**
 * Starts to send in the order given until `stopped` says so, and waits for what was started. What
 * was sent is a beginning of the list.
 */
export async function sendInOrder<Event>(
  events: Event[],
  width: Width,
  { send, stopped }: { send: (event: Event) => Promise<boolean>; stopped: () => boolean },
): Promise<Event[]> {
  const sent: Event[] = []
  const running = new Set<Promise<void>>()
  for (const event of events) {
    while (running.size >= width.connections) await Promise.race(running)
    if (stopped()) break
    sent.push(event)
    const one = sendOne(event).then(() => void running.delete(one))
    running.add(one)
  }
  await Promise.all(running)
  return sent

  async function sendOne(event: Event): Promise<void> {
    const arrived = await send(event)
    width.connections = arrived ? Math.min(width.connections + 1, MOST_CONNECTIONS) : 1
  }
}
