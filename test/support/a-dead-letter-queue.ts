import type { SnsDeadLetterQueue } from '../../src/aws/sns-dead-letters.ts'

export interface ADeadLetterQueue extends SnsDeadLetterQueue {
  /** Puts a body in, as SNS does when it gives up. */
  put(body: string, sentAt: number): void
  /** Bodies still in it, received or not. */
  left(): string[]
  /** What was received and not removed can be received again. */
  showAgain(): void
  away: { receive: boolean; remove: boolean; count: boolean }
}

interface Kept {
  id: string
  body: string
  sentAt: number
  receives: number
  hidden: boolean
}

/** SNS's dead-letter queue in memory: what is received is hidden until it is removed or shown again. */
export function aDeadLetterQueue(name = 'aerogram-sns-dead'): ADeadLetterQueue {
  let kept: Kept[] = []
  const away = { receive: false, remove: false, count: false }
  const present = (call: keyof typeof away) => {
    if (away[call]) throw new Error('SQS is away')
  }
  return {
    name,
    away,
    put(body, sentAt) {
      kept.push({ id: crypto.randomUUID(), body, sentAt, receives: 0, hidden: false })
    },
    left: () => kept.map(({ body }) => body),
    showAgain() {
      for (const message of kept) message.hidden = false
    },
    async count() {
      present('count')
      return kept.length
    },
    async receive() {
      present('receive')
      const batch = kept.filter(({ hidden }) => !hidden).slice(0, 10)
      for (const message of batch)
        Object.assign(message, { hidden: true, receives: message.receives + 1 })
      return batch.map(({ id, body, sentAt, receives }) => ({
        id,
        body,
        sentAt,
        receives,
        receipt: id,
      }))
    },
    async remove(receipts) {
      present('remove')
      kept = kept.filter(({ id }) => !receipts.includes(id))
    },
  }
}
