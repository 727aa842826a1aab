import { env } from 'cloudflare:workers'
import { type At, anId, aTime, listWith, type Step } from './step.ts'

const DRAFT = {
  name: 'November',
  from: 'Acme <news@acme.dev>',
  subject: 'News',
  html: '<p>Hi {{{FIRST_NAME|there}}}</p><a href="{{{RESEND_UNSUBSCRIBE_URL}}}">Leave</a>',
  replyTo: 'help@acme.dev',
  previewText: 'Soon',
}
/** To the audience or segment of earlier steps. */
const addressed = ({ major, kept }: At) => ({
  [major < 6 ? 'audienceId' : 'segmentId']: kept('audience'),
})

const LINK = 'https://acme.dev/'

export const BROADCASTS: Step[] = [
  {
    method: 'broadcasts.create',
    since: 4,
    args: (at) => [{ ...DRAFT, ...addressed(at) }],
    answer: { object: 'broadcast', id: anId },
    keep: { broadcast: 'id' },
  },
  {
    method: 'broadcasts.update',
    since: 4,
    args: ({ kept }) => [kept('broadcast'), { subject: 'Other news' }],
    answer: ({ kept }) => ({ id: kept('broadcast') }),
  },
  {
    method: 'broadcasts.get',
    since: 4,
    args: ({ kept }) => [kept('broadcast')],
    answer: ({ kept }) => ({
      object: 'broadcast',
      id: kept('broadcast'),
      name: 'November',
      subject: 'Other news',
      preview_text: 'Soon',
      reply_to: ['help@acme.dev'],
      audience_id: kept('audience'),
      segment_id: kept('audience'),
      status: 'draft',
      created_at: aTime,
      scheduled_at: null,
      sent_at: null,
      topic_id: null,
      text: null,
    }),
  },
  {
    method: 'broadcasts.list',
    since: 4,
    args: () => [],
    answer: ({ kept }) => listWith({ id: kept('broadcast'), status: 'draft' }),
  },
  {
    method: 'broadcasts.send',
    since: 4,
    args: ({ kept }) => [kept('broadcast'), { scheduledAt: 'in 1 hour' }],
    answer: ({ kept }) => ({ id: kept('broadcast') }),
  },
  {
    method: 'broadcasts.recipients',
    since: 6,
    before: async ({ kept }) => await aClick(kept('broadcast')),
    args: ({ kept }) => [kept('broadcast'), { type: 'clicked', limit: 10 }],
    answer: listWith({ id: anId, count: 1, clicked_links: [{ url: LINK, clicks: 1 }] }),
  },
  {
    method: 'broadcasts.clickedLinks',
    since: 6,
    args: ({ kept }) => [kept('broadcast'), { limit: 10 }],
    answer: listWith({ url: LINK, clicks: 1, unique_clicks: 1 }),
  },
  {
    method: 'broadcasts.cancel',
    since: 6,
    args: ({ kept }) => [kept('broadcast')],
    answer: ({ kept }) => ({ object: 'broadcast', id: kept('broadcast') }),
  },
  {
    method: 'broadcasts.duplicate',
    since: 6,
    args: ({ kept }) => [kept('broadcast')],
    answer: { object: 'broadcast', id: anId },
    keep: { copy: 'id' },
  },
  {
    method: 'broadcasts.create',
    since: 4,
    args: (at) => [{ ...DRAFT, ...addressed(at) }],
    answer: { object: 'broadcast', id: anId },
    keep: { thrown: 'id' },
  },
  {
    method: 'broadcasts.remove',
    since: 4,
    args: ({ kept }) => [kept('thrown')],
    answer: ({ kept }) => ({ object: 'broadcast', id: kept('thrown'), deleted: true }),
  },
]

/** By one of those who are to get it. */
async function aClick(broadcastId: string): Promise<void> {
  await env.DB.prepare(
    `INSERT INTO events (email_id, key, type, at, recorded_at, recording, detail)
     SELECT id, 'k', 'click', 5, 5, 'r', ?2 FROM emails WHERE broadcast_id = ?1 LIMIT 1`,
  )
    .bind(broadcastId, JSON.stringify({ link: LINK, source: 'ses' }))
    .run()
  await env.DB.prepare('UPDATE emails SET first_click_at = 5 WHERE broadcast_id = ?1')
    .bind(broadcastId)
    .run()
}
