import { z } from 'zod'

const EVERY_MS = 100

const targets = z.array(z.object({ webSocketDebuggerUrl: z.string() }))
const usage = z.object({
  id: z.number(),
  result: z.object({ usedSize: z.number(), totalSize: z.number() }),
})

export interface HeapWatch {
  /** Bytes: the highest `usedSize` seen, and how often it was asked. */
  stop(): Promise<{ highest: number; samples: number }>
}

/** Asks workerd's inspector for `Runtime.getHeapUsage` of the Worker's isolate each 100 ms. */
export async function watchHeap(inspectorPort: number, worker: string): Promise<HeapWatch> {
  const response = await fetch(`http://127.0.0.1:${inspectorPort}/json`)
  const listed = targets.parse(await response.json())
  const target = listed.find(({ webSocketDebuggerUrl: url }) => url.endsWith(worker))
  if (target === undefined) throw new Error(`The inspector knows no ${worker}.`)
  const socket = new WebSocket(target.webSocketDebuggerUrl)
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve, { once: true })
    socket.addEventListener('error', reject, { once: true })
  })
  let highest = 0
  let samples = 0
  socket.addEventListener('message', ({ data }) => {
    const answer = usage.safeParse(JSON.parse(String(data)))
    if (!answer.success) return
    samples += 1
    highest = Math.max(highest, answer.data.result.usedSize)
  })
  let id = 0
  const timer = setInterval(() => {
    id += 1
    socket.send(JSON.stringify({ id, method: 'Runtime.getHeapUsage' }))
  }, EVERY_MS)
  return {
    async stop() {
      clearInterval(timer)
      const closed = new Promise((resolve) =>
        socket.addEventListener('close', resolve, { once: true }),
      )
      socket.close()
      await closed
      return { highest, samples }
    },
  }
}
