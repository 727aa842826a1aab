import type { LimitFunction } from 'p-limit'
import { readBroadcastContent, type StoredBroadcast } from '../db/broadcasts/read-content.ts'
import type { Attachment, NameValue } from '../domain/content.ts'
import type { TrackLink } from '../domain/tracked-links.ts'
import type { BroadcastRecipient } from '../domain/recipient-values.ts'
import { broadcastTemplate, valuesOf } from '../template/broadcast-template.ts'

/** What differs between the recipients of a broadcast. */
export interface BroadcastValues {
  recipient: BroadcastRecipient
  unsubscribeUrl: string
  /** Null: no pixel. */
  pixelUrl: string | null
  /** Where its links lead instead; unused when clicks are not tracked. */
  trackLink: TrackLink
}

export type Rendered<T> = ({ type: 'rendered' } & T) | { type: 'refused'; reason: string }

/** A broadcast as its emails are made of it. */
export interface BroadcastContent {
  sender: string
  replyTo: string[]
  tags: NameValue[]
  attachments: Attachment[]
  pixel: boolean
  sesTracking: boolean
  clickTracking: boolean
  topicId: string | null
  /** SES's inline template, with slots. */
  template: { subject: string; html: string | null; text: string | null }
  slots(values: BroadcastValues): Rendered<{ slots: Record<string, string> }>
  whole(
    values: BroadcastValues,
  ): Rendered<{ subject: string; html: string | null; text: string | null }>
}

/** A broadcast that has left draft does not change, so an isolate compiles it once. */
const compiled = new Map<string, BroadcastContent>()
const MAX_COMPILED = 8

/** Null for a broadcast that is not there; one whose template cannot be compiled throws, and its jobs wait. */
export function broadcastContents(
  db: D1Database,
  dbSlots: LimitFunction,
  switches: Switches,
): (id: string) => Promise<BroadcastContent | null> {
  return async (id) => {
    const known = compiled.get(id)
    if (known !== undefined) return known
    const stored = await dbSlots(() => readBroadcastContent(db, id))
    if (stored === null) return null
    const content = contentOf(stored, switches)
    const [oldest] = compiled.keys()
    if (compiled.size >= MAX_COMPILED && oldest !== undefined) compiled.delete(oldest)
    compiled.set(id, content)
    return content
  }
}

/** Of the environment. */
interface Switches {
  pixel: boolean
  clickTracking: boolean
}

function contentOf(stored: StoredBroadcast, switches: Switches): BroadcastContent {
  const withPixel = switches.pixel && stored.pixel
  const clicks = switches.clickTracking && stored.click_tracking
  const compilation = broadcastTemplate(stored, withPixel, clicks)
  if (compilation.type === 'faulty') {
    throw new Error(`the template of broadcast ${stored.id} cannot be compiled`)
  }
  const { compiled: template } = compilation
  return {
    sender: stored.sender,
    replyTo: stored.reply_to,
    tags: stored.tags,
    attachments: stored.attachments,
    pixel: withPixel,
    sesTracking: stored.ses_tracking,
    clickTracking: clicks,
    topicId: stored.topic_id,
    template: template.template,
    slots(values) {
      const rendering = template.render(valuesOf(values), values.trackLink)
      return rendering.type === 'rendered' ? rendering : refusal(rendering)
    },
    whole(values) {
      const rendering = template.whole(valuesOf(values), values.trackLink)
      return rendering.type === 'rendered'
        ? { type: 'rendered', ...rendering.parts }
        : refusal(rendering)
    },
  }
}

function refusal(
  rendering: { type: 'missing'; names: string[] } | { type: 'failed'; message: string },
): { type: 'refused'; reason: string } {
  const reason =
    rendering.type === 'missing'
      ? `it lacks ${rendering.names.join(', ')}, and the template has no fallback`
      : `the template failed: ${rendering.message}`
  return { type: 'refused', reason }
}
