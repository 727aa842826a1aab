/** USD. SES: Essentials, the plan of new accounts (Amazon SES pricing, July 2026). */
const SES_PER_1000_RECIPIENTS = 0.16
const SES_PER_GB_OF_ATTACHMENTS = 0.12
/** SNS over HTTPS, after the first 100,000 a month. */
const SNS_PER_MILLION = 0.6
/** Cloudflare Workers Paid, marginal: beyond what the plan includes. */
const QUEUE_PER_MILLION_OPERATIONS = 0.4
const D1_PER_MILLION_ROWS_WRITTEN = 1
const REQUESTS_PER_MILLION = 0.3
const CPU_PER_MILLION_MS = 0.02

const MILLION = 1_000_000
const GB = 1024 ** 3

/** Send, Delivery and one Open. */
const EVENTS_A_RECIPIENT = 3
const RECIPIENTS_A_JOB = 50
/** A message is written, read and deleted. */
const OPERATIONS_A_MESSAGE = 3
const ROWS_A_RECIPIENT = 10
const CPU_MS_AN_EVENT = 2
const CPU_MS_A_JOB = 50

export interface Cost {
  currency: 'USD'
  ses: number
  sns: number
  cloudflare: number
  total: number
}

/** What sending to so many costs; `attachmentBytes` are those that each of them gets. */
export function broadcastCost(recipients: number, attachmentBytes: number): Cost {
  const events = recipients * EVENTS_A_RECIPIENT
  const jobs = Math.ceil(recipients / RECIPIENTS_A_JOB)
  const ses =
    (recipients / 1000) * SES_PER_1000_RECIPIENTS +
    ((recipients * attachmentBytes) / GB) * SES_PER_GB_OF_ATTACHMENTS
  const sns = (events / MILLION) * SNS_PER_MILLION
  const cloudflare =
    ((events + jobs) * OPERATIONS_A_MESSAGE * QUEUE_PER_MILLION_OPERATIONS +
      recipients * ROWS_A_RECIPIENT * D1_PER_MILLION_ROWS_WRITTEN +
      (events + jobs) * REQUESTS_PER_MILLION +
      (events * CPU_MS_AN_EVENT + jobs * CPU_MS_A_JOB) * CPU_PER_MILLION_MS) /
    MILLION
  const parts = { ses: cents(ses), sns: cents(sns), cloudflare: cents(cloudflare) }
  return { currency: 'USD', ...parts, total: cents(parts.ses + parts.sns + parts.cloudflare) }
}

/** To the hundredth of a cent. */
function cents(usd: number): number {
  return Math.round(usd * 10_000) / 10_000
}
