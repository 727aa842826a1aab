import { bareAddress, domainOf } from './address.ts'
import type { Email } from './email.ts'

/** Whose account and where; what identifies the installation in ARNs. */
export interface Home {
  region: string
  accountId: string
}

export interface Accepted {
  sesMessageId: string
  /** Epoch milliseconds. */
  at: number
}

const MAX_HEADERS_BYTES = 10 * 1024
const SOURCE_IP = '127.0.0.1'
const OUTGOING_IP = '192.0.2.25'
const CALLER = 'aerogram-local'

/** The `mail` object of an event (SES Developer Guide, "Event data Amazon SES publishes to Amazon SNS"). */
export function mailObject(
  email: Email,
  accepted: Accepted,
  home: Home,
  eventType: string,
): object {
  const sender = bareAddress(email.from)
  // What was recorded from AWS: Send events of templated mail know neither the ARN nor the subject yet.
  const early = email.templateName !== '' && eventType === 'Send'
  const base = {
    timestamp: new Date(accepted.at).toISOString(),
    source: email.from,
    ...(early
      ? {}
      : { sourceArn: `arn:aws:ses:${home.region}:${home.accountId}:identity/${domainOf(sender)}` }),
    sendingAccountId: home.accountId,
    messageId: accepted.sesMessageId,
    destination: email.recipients,
  }
  const tags = tagsOf(email, domainOf(sender), eventType)
  if (eventType === 'Rendering Failure') return { ...base, headersTruncated: false, tags }
  const { headers, truncated } = email.raw
    ? { headers: [], truncated: false }
    : cut(headersOf(email, early))
  return {
    ...base,
    headersTruncated: truncated,
    headers,
    commonHeaders: email.raw
      ? { messageId: accepted.sesMessageId }
      : {
          from: [email.from],
          ...(email.replyTo.length > 0 ? { replyTo: email.replyTo } : {}),
          to: email.to,
          ...(email.cc.length > 0 ? { cc: email.cc } : {}),
          messageId: accepted.sesMessageId,
          ...(early ? {} : { subject: email.subject }),
        },
    tags,
  }
}

function headersOf(email: Email, early: boolean): { name: string; value: string }[] {
  const contentType = email.attachments.length > 0 ? 'multipart/mixed' : 'multipart/alternative'
  return [
    ...header('From', email.from),
    ...header('Reply-To', email.replyTo.join(', ')),
    ...header('To', email.to.join(', ')),
    ...header('Cc', email.cc.join(', ')),
    ...(early ? [] : header('Subject', email.subject)),
    ...header('MIME-Version', '1.0'),
    ...header('Content-Type', `${contentType};  boundary="----=_Part_1_1.1"`),
    ...email.headers,
  ]
}

function header(name: string, value: string): { name: string; value: string }[] {
  return value === '' ? [] : [{ name, value }]
}

function cut(headers: { name: string; value: string }[]) {
  let size = 0
  const kept = headers.filter(({ name, value }) => {
    size += name.length + value.length + 4
    return size <= MAX_HEADERS_BYTES
  })
  return { headers: kept, truncated: kept.length < headers.length }
}

function tagsOf(email: Email, senderDomain: string, eventType: string): Record<string, string[]> {
  const tags: Record<string, string[]> = { 'ses:operation': [email.operation] }
  if (email.configurationSet !== null) tags['ses:configuration-set'] = [email.configurationSet]
  tags['ses:source-ip'] = [SOURCE_IP]
  tags['ses:from-domain'] = [senderDomain]
  tags['ses:caller-identity'] = [CALLER]
  if (eventType === 'Delivery') tags['ses:outgoing-ip'] = [OUTGOING_IP]
  for (const { name, value } of email.tags) tags[name] = [...(tags[name] ?? []), value]
  return tags
}
