/** Where an event stands in the order of arrival. */
export interface WebhookPlace {
  /** The feed row and its time: after a database was set back, the same number is another row. */
  feed: number
  at: number
  /** Of the event's key within the row; 0 for a notice. */
  key: number
  /** Of the body within the event: one a recipient. */
  part: number
}

/**
 * The id under which an event is sent, constant over retries, replays and endpoints, and a cursor
 * of the order of arrival. Base 36 without dots: the signed text is split at them.
 */
export function webhookEventId({ feed, at, key, part }: WebhookPlace): string {
  return `msg_${[feed, at, key, part].map((number) => number.toString(36)).join('_')}`
}

const ID = /^msg_([0-9a-z]{1,10})_([0-9a-z]{1,9})_([0-9a-z]{1,4})_([0-9a-z]{1,4})$/

/** Null for what is not one of our ids. */
export function webhookPlace(id: string): WebhookPlace | null {
  const [feed, at, key, part] = (ID.exec(id) ?? [])
    .slice(1)
    .map((digits) => Number.parseInt(digits, 36))
  if (feed === undefined || at === undefined || key === undefined || part === undefined) return null
  const place = { feed, at, key, part }
  return webhookEventId(place) === id ? place : null
}

/** Behind all that a row tells. */
export const END_OF_ROW = { key: 36 ** 4 - 1, part: 36 ** 4 - 1 } as const
