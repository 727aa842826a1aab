import type { Draft } from '../../src/db/broadcasts/draft.ts'
import { DEFAULT_BRAKE } from '../../src/domain/brake.ts'

/** What a person may have said in a broadcast. */
export function aStoredDraft(fields: Partial<Draft> = {}): Draft {
  return {
    name: 'November',
    sender: 'Acme <news@acme.dev>',
    reply_to: [],
    subject: 'News',
    preview_text: null,
    html: '<p>News</p>',
    text: null,
    tags: [],
    attachments: [],
    pixel: true,
    ses_tracking: true,
    click_tracking: true,
    segment_id: null,
    topic_id: null,
    doubt_policy: 'hold',
    canary: null,
    brake: DEFAULT_BRAKE,
    ...fields,
  }
}
