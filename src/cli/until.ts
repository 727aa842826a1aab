import { setTimeout } from 'node:timers/promises'

const POLL_MS = 50

/** Asks again and again until the answer is yes; an error is a no. Throws a sentence after `ms`. */
export async function until(
  what: string,
  ms: number,
  isSo: () => Promise<boolean>,
  pollMs = POLL_MS,
): Promise<void> {
  const deadline = Date.now() + ms
  let trouble = ''
  while (Date.now() < deadline) {
    try {
      if (await isSo()) return
    } catch (error) {
      trouble = `: ${String(error)}`
    }
    await setTimeout(pollMs)
  }
  throw new Error(`${what} did not happen within ${ms / 1000} s${trouble}`)
}
