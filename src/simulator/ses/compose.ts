import { readAttachments } from './attachments.ts'
import type { Email } from './email.ts'
import { readDestination, readReplyTo, readSender, readTracking } from './envelope.ts'
import { badRequest } from './error.ts'
import { checkHeaders, checkMessageSize, checkTags } from './limits.ts'
import { composeRaw } from './raw.ts'
import type { SendEmailRequest } from './request.ts'
import { fillTemplate, readTemplate } from './templated.ts'

/** The email that a SendEmail request asks for. Throws SES's refusals. */
export async function composeEmail(request: SendEmailRequest, bytes: number): Promise<Email> {
  const { Simple, Raw, Template } = request.Content
  const given = [Simple, Raw, Template].filter(
    (content) => content !== null && content !== undefined,
  )
  if (given.length !== 1)
    throw badRequest('Content must have exactly one of Simple, Raw and Template.')
  checkTags(request.EmailTags ?? [])
  if (Raw) return composeRaw(request, Raw.Data)
  const from = readSender(request.FromEmailAddress)
  const envelope = readDestination(request.Destination)
  const replyTo = readReplyTo(request.ReplyToAddresses)
  const tracking = readTracking(request.ConfigurationOverrides)
  const shared = {
    operation: 'SendEmail' as const,
    from,
    replyTo,
    ...envelope,
    tags: pairs(request.EmailTags ?? []),
    configurationSet: request.ConfigurationSetName ?? null,
    openTracking: tracking.open,
    clickTracking: tracking.click,
    raw: false,
  }
  const own = ownHeaders(replyTo)
  if (Template) {
    checkHeaders(Template.Headers ?? [], own, 'content.template.headers')
    const template = readTemplate(Template, bytes)
    return {
      ...shared,
      headers: pairs(Template.Headers ?? []),
      attachments: template.attachments.list,
      infected: template.attachments.infected,
      ...fillTemplate(template, template.data),
    }
  }
  return { ...shared, ...readSimple(Simple, own), missing: null, templateName: '' }
}

/** What SES writes itself, so that it must not be among the custom headers. */
export function ownHeaders(replyTo: string[]): string[] {
  const own = ['From', 'Subject', 'MIME-Version', 'Content-Type', 'Content-Transfer-Encoding']
  return replyTo.length > 0 ? [...own, 'Reply-To'] : own
}

export function pairs(given: { Name: string; Value: string }[]): { name: string; value: string }[] {
  return given.map(({ Name, Value }) => ({ name: Name, value: Value }))
}

function readSimple(simple: SendEmailRequest['Content']['Simple'], own: string[]) {
  if (!simple) throw badRequest('Content is empty.')
  const html = simple.Body.Html?.Data ?? null
  const text = simple.Body.Text?.Data ?? null
  if (html === null && text === null) throw badRequest('Body must have Text or Html.')
  checkHeaders(simple.Headers ?? [], own, 'content.simple.headers')
  const attachments = readAttachments(simple.Attachments ?? [])
  const encoded = (simple.Attachments ?? []).reduce(
    (sum, { RawContent }) => sum + RawContent.length,
    0,
  )
  checkMessageSize(encoded + Buffer.byteLength(html ?? '') + Buffer.byteLength(text ?? ''))
  return {
    subject: simple.Subject.Data,
    hasHtml: html !== null,
    content: () => ({ html, text }),
    headers: pairs(simple.Headers ?? []),
    attachments: attachments.list,
    infected: attachments.infected,
  }
}
