/** Emails of which something is true; each is counted once, however often it happened. */
export const COUNTS = [
  'sent',
  'delivered',
  'complained',
  'suppressed',
  'bounced',
  'bounced_transient',
  'bounced_permanent',
  'bounced_undetermined',
  'opened',
  'clicked',
  'unsubscribed',
  'delivery_delayed',
  'failed',
] as const
export type Count = (typeof COUNTS)[number]
export type Counts = Record<Count, number>

/** The contract's 22 names. */
export const METRICS = [
  'received',
  ...COUNTS,
  'unique_opened',
  'unique_clicked',
  'delivery_rate',
  'open_rate',
  'click_rate',
  'bounce_rate',
  'complaint_rate',
  'unsubscribe_rate',
] as const
export type Metric = (typeof METRICS)[number]

export const NO_COUNTS: Counts = {
  sent: 0,
  delivered: 0,
  complained: 0,
  suppressed: 0,
  bounced: 0,
  bounced_transient: 0,
  bounced_permanent: 0,
  bounced_undetermined: 0,
  opened: 0,
  clicked: 0,
  unsubscribed: 0,
  delivery_delayed: 0,
  failed: 0,
}

export function added(a: Counts, b: Counts): Counts {
  const sum = { ...a }
  for (const name of COUNTS) sum[name] += b[name]
  return sum
}

/** Rates are parts of 1, of what was sent or, for what people do, of what was delivered. */
export function metric(name: Metric, counts: Counts): number {
  switch (name) {
    case 'received':
      return 0
    case 'unique_opened':
      return counts.opened
    case 'unique_clicked':
      return counts.clicked
    case 'delivery_rate':
      return rate(counts.delivered, counts.sent)
    case 'bounce_rate':
      return rate(counts.bounced, counts.sent)
    case 'complaint_rate':
      return rate(counts.complained, counts.delivered)
    case 'open_rate':
      return rate(counts.opened, counts.delivered)
    case 'click_rate':
      return rate(counts.clicked, counts.delivered)
    case 'unsubscribe_rate':
      return rate(counts.unsubscribed, counts.delivered)
    case 'sent':
    case 'delivered':
    case 'complained':
    case 'suppressed':
    case 'bounced':
    case 'bounced_transient':
    case 'bounced_permanent':
    case 'bounced_undetermined':
    case 'opened':
    case 'clicked':
    case 'unsubscribed':
    case 'delivery_delayed':
    case 'failed':
      return counts[name]
    default:
      return name satisfies never
  }
}

function rate(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((part / whole) * 10_000) / 10_000
}
