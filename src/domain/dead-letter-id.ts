import { uuidv7 } from './id.ts'
import { sha256 } from './sha256.ts'

/**
 * Of a job that nobody could do: the same whenever it is buried again, and in the order in which
 * jobs were first queued. `jobId` is the queue's own id of it, `queuedAt` epoch milliseconds.
 */
export async function deadLetterId(jobId: string, queuedAt: number): Promise<string> {
  const hash = await sha256(new TextEncoder().encode(jobId))
  return uuidv7(
    queuedAt,
    0,
    Uint8Array.from({ length: 8 }, (_, i) => byteAt(hash, i)),
  )
}

function byteAt(hex: string, i: number): number {
  return Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16)
}
