/** Limits of one broadcast; rates are 0 to 1. Source: SES reviews accounts at 5 % bounces and 0.1 % complaints. */
export interface Brake {
  bounce_rate: number
  complaint_rate: number
  /** Nothing is judged before so many are sent. */
  min_sent: number
  /** A person has resumed it: what had happened by then is not held against it again. */
  forgiven?: BrakeCounts
}

export const DEFAULT_BRAKE: Brake = { bounce_rate: 0.08, complaint_rate: 0.001, min_sent: 500 }

/** One angry person is not a rate. */
const MIN_COMPLAINTS = 3

export interface BrakeCounts {
  sent: number
  delivered: number
  bounced: number
  complained: number
}

/** Why a broadcast has to stop, or null. Permanent bounces count against sent, complaints against delivered. */
export function brakeReason(brake: Brake, counts: BrakeCounts): string | null {
  const forgiven = brake.forgiven ?? { sent: 0, delivered: 0, bounced: 0, complained: 0 }
  const sent = counts.sent - forgiven.sent
  if (sent < brake.min_sent) return null
  const bounces = (counts.bounced - forgiven.bounced) / sent
  if (bounces > brake.bounce_rate) {
    return `${percent(bounces)} of ${sent} emails bounced for good; the limit is ${percent(brake.bounce_rate)}`
  }
  const complaints = counts.complained - forgiven.complained
  const delivered = Math.max(0, counts.delivered - forgiven.delivered)
  const rate = complaints / Math.max(1, delivered)
  if (complaints >= MIN_COMPLAINTS && rate > brake.complaint_rate) {
    return `${complaints} complaints on ${delivered} delivered emails; the limit is ${percent(brake.complaint_rate)}`
  }
  return null
}

function percent(rate: number): string {
  return `${Number((rate * 100).toFixed(2))} %`
}
