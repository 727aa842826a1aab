import { until } from './until.ts'

const WAIT_MS = 30_000

/** Resolves when the Worker answers that it is well. */
export async function healthy(api: string): Promise<void> {
  await until('A healthy Worker', WAIT_MS, async () => {
    const response = await fetch(`${api}/health`)
    const text = await response.text()
    if (!response.ok) throw new Error(text)
    return true
  })
}
