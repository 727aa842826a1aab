import { z } from 'zod'
import type { Stack } from '../../stack.ts'

const AT_ONCE = 8

const inbox = z.object({
  emails: z.array(
    z.object({
      to: z.array(z.string()),
      headers: z.array(z.object({ name: z.string(), value: z.string() })),
    }),
  ),
})

/** Somebody who has an email with a link to leave by. */
export interface Holder {
  email: string
  link: string
}

/** Somebody who has left. `at`: epoch milliseconds at which the answer was there. */
export interface Left {
  email: string
  at: number
}

/** The latest emails that arrived and can be left by, as a mail program sees them. */
export async function holders({ simulator }: Stack, limit: number): Promise<Holder[]> {
  const { emails } = inbox.parse(await simulator.control(`inbox.json?limit=${limit}`))
  return emails.flatMap(({ to, headers }) => {
    const header = headers.find(({ name }) => name === 'List-Unsubscribe')
    const link = /^<(.+)>$/.exec(header?.value ?? '')?.[1]
    const [address = ''] = to
    const email = /<(.+)>$/.exec(address)?.[1] ?? address
    return link === undefined ? [] : [{ email, link }]
  })
}

/** One click each, as a mail provider posts it (RFC 8058 section 3.1). */
export async function leave(leaving: Holder[]): Promise<Left[]> {
  const left: Left[] = []
  const queue = leaving.values()
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const { email, link } of queue) {
        const body = new URLSearchParams({ 'List-Unsubscribe': 'One-Click' })
        const response = await fetch(link, { method: 'POST', body })
        if (!response.ok) throw new Error(`Unsubscribing answered ${response.status}`)
        await response.arrayBuffer()
        left.push({ email, at: Date.now() })
      }
    }),
  )
  return left
}
