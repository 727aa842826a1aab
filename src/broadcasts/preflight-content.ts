import { Buffer } from 'node:buffer'
import type { Draft } from '../db/broadcasts/draft.ts'
import { encodedSize } from '../domain/attachment.ts'
import type { Leaving } from '../domain/leaving-bytes.ts'
import { linkFault, linksOf } from '../domain/link-fault.ts'
import type { BroadcastRecipient } from '../domain/recipient-values.ts'
import { valuesOf } from '../template/broadcast-template.ts'
import type { Compiled, Parts } from '../template/compiled.ts'

/** SES API v2: an inline template as JSON, the data of one recipient, a message after base64. */
const MAX_TEMPLATE_BYTES = 1024 * 1024
const MAX_DATA_CHARACTERS = 262_144
const MAX_MESSAGE_BYTES = 40 * 1024 * 1024
/** Gmail shows no more of an html (Gmail's own clipping, some 102 KB). */
const CLIPPED_BYTES = 102_000

/** As long as the real one of an attempt. */
const PIXEL_URL = `https://example.com/o/${'x'.repeat(90)}.gif`

export interface ContentCheck {
  problems: string[]
  warnings: string[]
  size: Record<string, { bytes: number; limit: number }>
  links: { checked: number; faulty: { link: string; reason: string }[] }
  /** In which parts it stands; an email without one in its html or only text is a problem. */
  unsubscribeLink: { html: boolean | null; text: boolean | null }
}

/** Renders a few recipients, the largest ones, and looks at what comes out. */
export function checkContent(
  draft: Draft,
  compiled: Compiled,
  samples: (BroadcastRecipient & { id: string })[],
  unsubscribeUrl: (leaving: Leaving) => string,
): ContentCheck {
  const problems: string[] = []
  const rendered: { parts: Parts; data: number; url: string }[] = []
  for (const { id, ...recipient } of samples) {
    const url = unsubscribeUrl({
      address: recipient.address,
      emailId: id,
      topicId: draft.topic_id,
    })
    const values = valuesOf({ recipient, unsubscribeUrl: url, pixelUrl: PIXEL_URL })
    const [slots, whole] = [compiled.render(values), compiled.whole(values)]
    if (whole.type === 'failed') problems.push(`The template fails: ${whole.message}`)
    if (slots.type !== 'rendered' || whole.type !== 'rendered') continue
    rendered.push({ parts: whole.parts, data: JSON.stringify(slots.slots).length, url })
  }
  const size = sizeOf(draft, compiled, rendered)
  for (const [what, { bytes, limit }] of Object.entries(size)) {
    if (bytes > limit) problems.push(`${what} takes ${bytes} bytes; SES takes ${limit}.`)
  }
  const links = checkLinks(rendered)
  for (const { link, reason } of links.faulty) problems.push(`The link \`${link}\`: ${reason}.`)
  const unsubscribeLink = {
    html: standsIn(rendered, 'html'),
    text: standsIn(rendered, 'text'),
  }
  if ((unsubscribeLink.html ?? unsubscribeLink.text) === false) {
    problems.push('There is no unsubscribe link: write `{{{RESEND_UNSUBSCRIBE_URL}}}`.')
  }
  const warnings = [
    ...(unsubscribeLink.html === true && unsubscribeLink.text === false
      ? ['The text part has no unsubscribe link.']
      : []),
    ...(bytesOf(rendered, 'html') > CLIPPED_BYTES ? ['Gmail clips html beyond 102 KB.'] : []),
  ]
  return { problems: [...new Set(problems)], warnings, size, links, unsubscribeLink }
}

type Rendered = { parts: Parts; data: number; url: string }[]

function sizeOf(draft: Draft, compiled: Compiled, rendered: Rendered): ContentCheck['size'] {
  const attachments = draft.attachments.reduce((sum, { size }) => sum + encodedSize(size), 0)
  return {
    template: {
      bytes: Buffer.byteLength(JSON.stringify(compiled.template)),
      limit: MAX_TEMPLATE_BYTES,
    },
    template_data: {
      bytes: Math.max(0, ...rendered.map(({ data }) => data)),
      limit: MAX_DATA_CHARACTERS,
    },
    message: {
      bytes: attachments + bytesOf(rendered, 'html') + bytesOf(rendered, 'text'),
      limit: MAX_MESSAGE_BYTES,
    },
  }
}

/** Of the largest. */
function bytesOf(rendered: Rendered, part: 'html' | 'text'): number {
  return Math.max(0, ...rendered.map(({ parts }) => Buffer.byteLength(parts[part] ?? '')))
}

function checkLinks(rendered: Rendered): ContentCheck['links'] {
  const links = new Set(rendered.flatMap(({ parts }) => linksOf(parts.html ?? '')))
  const ours = new Set(rendered.map(({ url }) => url))
  const faulty = [...links].flatMap((link) => {
    const reason = ours.has(link) ? null : linkFault(link)
    return reason === null ? [] : [{ link, reason }]
  })
  return { checked: links.size, faulty }
}

/** Null: there is no such part, or nobody to render it for. */
function standsIn(rendered: Rendered, part: 'html' | 'text'): boolean | null {
  const having = rendered.filter(({ parts }) => parts[part] !== null)
  if (having.length === 0) return null
  return having.every(({ parts, url }) => {
    const content = parts[part] ?? ''
    return content.includes(url) || content.includes(url.replaceAll('&', '&amp;'))
  })
}
