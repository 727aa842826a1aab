import { numbered, type Side } from './compare.ts'
import type { DatabaseView, EmailFacts } from './database-view.ts'

/** Types of event that are about one recipient; an email to several has one each. */
const ABOUT_ONE = new Set(['delivery', 'bounce', 'complaint'])

/** What Aerogram believes. */
export function databaseSide({ emails, recipients, events }: DatabaseView): Side {
  const people = [
    ...emails.flatMap(({ id, address, state, ...facts }) =>
      address === null
        ? []
        : [{ ...facts, who: `${id} ${address}`, leftOut: state === 'suppressed' }],
    ),
    ...recipients.map(({ email_id, address, left_out, ...facts }) => ({
      ...facts,
      who: `${email_id} ${address}`,
      leftOut: left_out !== null,
    })),
  ]
  const having = (fact: keyof EmailFacts) =>
    new Set(people.filter((person) => person[fact] !== null).map(({ who }) => who))
  const emailsThat = (are: (email: DatabaseView['emails'][number]) => boolean) =>
    new Set(emails.filter(are).map(({ id }) => id))

  return {
    'asked for': emailsThat(() => true),
    accepted: emailsThat(({ evidence_at }) => evidence_at !== null),
    sent: emailsThat(({ send_event_at }) => send_event_at !== null),
    delivered: having('delivered_at'),
    bounced: having('permanent_bounce_at'),
    'bounced for now': having('transient_bounce_at'),
    complained: having('complained_at'),
    'suppressed by SES': having('suppressed_at'),
    'suppressed by us': new Set(people.filter(({ leftOut }) => leftOut).map(({ who }) => who)),
    opened: emailsThat(
      ({ ses_open_at, pixel_open_at }) => ses_open_at !== null || pixel_open_at !== null,
    ),
    events: numbered(
      events.map(({ email_id, type, recipient, source }) => {
        const what = source === 'pixel' ? 'pixel' : type
        return ABOUT_ONE.has(type) ? `${what} ${email_id} ${recipient}` : `${what} ${email_id}`
      }),
    ),
  }
}
