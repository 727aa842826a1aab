import { env } from 'cloudflare:workers'

/**
 * Places on the way of an email where something may be made to go wrong: what is about to happen or
 * has just happened, such as `claim before` (the commit) and `claim after`.
 */
export type Moment = 'before' | 'after'

const settings: Record<string, unknown> = { ...env }
/** Where the driver of the run listens. */
const driver = String(settings['FAULTS_DRIVER'])
const watched = new Set(String(settings['FAULTS_POINTS']).split(','))

// Taken before anything wraps it: what the harness asks counts against no limit of the Worker.
const plainFetch = globalThis.fetch

export async function askDriver(path: string, body: object): Promise<unknown> {
  const response = await plainFetch(driver + path, { method: 'POST', body: JSON.stringify(body) })
  return await response.json()
}

/**
 * Lets the driver have its way at a point it watches: it answers late, answers with an error that is
 * thrown here, or kills workerd and never answers.
 */
export async function reach(kind: string, moment: Moment, told: unknown[] = []): Promise<void> {
  if (!watched.has(kind)) return
  const answer = await askDriver('/point', { point: `${kind} ${moment}`, told })
  if (typeof answer === 'string') throw new Error(answer)
}
