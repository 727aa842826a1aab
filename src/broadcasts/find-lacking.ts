import type { MissingVariable } from '../db/broadcasts/send-broadcast.ts'
import { type UnprovenRecipient, unprovenRecipients } from '../db/broadcasts/unproven.ts'
import { valuesOf } from '../template/broadcast-template.ts'
import type { BroadcastDeps } from './deps.ts'
import type { BroadcastTemplate } from './template.ts'

/** Looked at in one invocation, some 30 µs each; the claim refuses whoever is beyond. */
const MOST = 1_000_000

/** Stands for the links that each of them will get. */
const LINK = 'https://example.com/'

export interface Lacking {
  /** Who lacks anything and would not be left out for another reason. */
  sendable: number
  missing: MissingVariable[]
  /** Templates fail for them, though nothing is missing. */
  failing: { message: string; recipients: number }[]
}

/**
 * Renders for those of whom the names of variables do not tell whether all is there: lists of
 * nothing, lists whose items lack something, conditions and filters.
 */
export async function findLacking(
  id: string,
  { compiled, names, unproven }: BroadcastTemplate,
  { db, now }: Pick<BroadcastDeps, 'db' | 'now'>,
  allowed: { addresses: string[]; domains: string[] } | null = null,
): Promise<Lacking> {
  const missing = new Map<string, number>()
  const failing = new Map<string, number>()
  let sendable = 0
  let seen = 0
  let after: string | null = null
  while (seen < MOST) {
    const page: UnprovenRecipient[] =
      unproven === null
        ? []
        : await unprovenRecipients(db, { id, after, names, ...unproven, allowed, now: now() })
    if (page.length === 0) break
    for (const { skipped, ...recipient } of page) {
      const rendering = compiled.render(
        valuesOf({ recipient, unsubscribeUrl: LINK, pixelUrl: LINK }),
      )
      if (rendering.type === 'failed') count(failing, rendering.message)
      if (rendering.type !== 'missing') continue
      for (const name of rendering.names) count(missing, name)
      if (skipped === 0) sendable += 1
    }
    seen += page.length
    after = page.at(-1)?.id ?? null
  }
  return {
    sendable,
    missing: counted(missing).map(([name, recipients]) => ({ name, recipients })),
    failing: counted(failing).map(([message, recipients]) => ({ message, recipients })),
  }
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1)
}

function counted(counts: Map<string, number>): [string, number][] {
  return [...counts].toSorted(([, a], [, b]) => b - a)
}
