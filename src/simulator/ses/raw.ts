import PostalMime, { type Address, type Email as Mime } from 'postal-mime'
import { isInfected } from './attachments.ts'
import type { Email } from './email.ts'
import { readDestination, readReplyTo, readSender, readTracking } from './envelope.ts'
import { badRequest } from './error.ts'
import { checkMessageSize, checkTags, checkTwice } from './limits.ts'
import type { SendEmailRequest } from './request.ts'

const MAX_LINE = 1000

/** A MIME message given whole. The request's addresses win over those in its headers. */
export async function composeRaw(request: SendEmailRequest, base64: string): Promise<Email> {
  checkMessageSize(base64.length)
  const bytes = Buffer.from(base64, 'base64')
  const source: string = bytes.toString('latin1')
  if (source.split('\n').some((line) => line.length > MAX_LINE))
    throw badRequest(`Line length exceeds ${MAX_LINE} characters.`)
  const mime = await PostalMime.parse(bytes)
  checkTwice(mime.headers.map(({ key }) => key))
  const header = (name: string) => mime.headers.find(({ key }) => key === name)?.value
  const from = readSender(request.FromEmailAddress ?? mailboxes(mime.from)[0])
  const envelope = readDestination(
    request.Destination ?? {
      ToAddresses: mailboxes(mime.to),
      CcAddresses: mailboxes(mime.cc),
      BccAddresses: mailboxes(mime.bcc),
    },
  )
  const asked = request.ReplyToAddresses ?? []
  const tags = request.EmailTags ?? readTags(header('x-ses-message-tags'))
  checkTags(tags)
  const tracking = readTracking(request.ConfigurationOverrides)
  return {
    operation: 'SendEmail',
    from,
    ...envelope,
    replyTo: asked.length > 0 ? readReplyTo(asked) : mailboxes(mime.replyTo),
    subject: mime.subject ?? '',
    hasHtml: mime.html !== undefined,
    content: () => ({ html: mime.html ?? null, text: mime.text ?? null }),
    headers: mime.headers
      .filter(({ key }) => !WRITTEN_BY_SES.test(key))
      .map(({ originalKey, value }) => ({ name: originalKey, value })),
    attachments: filesOf(mime).map(({ filename, contentType, bytes: file }) => ({
      filename,
      contentType,
      size: file.length,
    })),
    tags: tags.map(({ Name, Value }) => ({ name: Name, value: Value })),
    configurationSet: request.ConfigurationSetName ?? header('x-ses-configuration-set') ?? null,
    openTracking: tracking.open,
    clickTracking: tracking.click,
    missing: null,
    templateName: '',
    infected: filesOf(mime).some(({ bytes: file }) => isInfected(file)) || isInfected(bytes),
    raw: true,
  }
}

const WRITTEN_BY_SES =
  /^(from|to|cc|bcc|reply-to|subject|date|message-id|mime-version|content-type|content-transfer-encoding|x-ses-.*)$/

function filesOf(mime: Mime): { filename: string; contentType: string; bytes: Buffer }[] {
  return mime.attachments.map(({ filename, mimeType, content }) => ({
    filename: filename ?? 'attachment',
    contentType: mimeType,
    bytes:
      typeof content === 'string' ? Buffer.from(content) : Buffer.from(new Uint8Array(content)),
  }))
}

function mailboxes(given: Address | Address[] | undefined): string[] {
  return [given ?? []]
    .flat()
    .flatMap((address) => address.group ?? [address])
    .flatMap(({ name, address }) =>
      address === undefined || address === ''
        ? []
        : [name === '' ? address : `${name} <${address}>`],
    )
}

function readTags(value: string | undefined): { Name: string; Value: string }[] {
  if (value === undefined) return []
  return value.split(',').map((pair) => {
    const [name = '', ...rest] = pair.trim().split('=')
    return { Name: name, Value: rest.join('=') }
  })
}
