import { type Attachments, readAttachments } from './attachments.ts'
import { type Content, isObject } from './email.ts'
import { badRequest, notFound } from './error.ts'
import { checkTemplateData, checkTemplatedSize } from './limits.ts'
import type { RequestTemplate } from './request.ts'
import { inlineTemplate, OPEN_TRACKER, type Template, type TemplateData } from './template.ts'
import { TRACKER_MARK } from './tracking.ts'

export interface ReadTemplate {
  subject: Template
  html: Template | null
  text: Template | null
  data: TemplateData
  attachments: Attachments
}

/** An inline template and its default data. Throws what SES refuses at once. */
export function readTemplate(given: RequestTemplate, requestBytes: number): ReadTemplate {
  checkTemplatedSize(requestBytes)
  const name = given.TemplateName ?? given.TemplateArn
  if (typeof name === 'string') throw notFound(`Template ${name} does not exist.`)
  const content = given.TemplateContent
  if (!content) throw badRequest('Template must have TemplateName, TemplateArn or TemplateContent.')
  const { Subject, Html, Text } = content
  if (typeof Subject !== 'string' || Subject === '')
    throw badRequest('The template must have a subject.')
  if (typeof Html !== 'string' && typeof Text !== 'string')
    throw badRequest('The template must have a Text or an Html part.')
  const data = readData(given.TemplateData)
  if (data === null) throw badRequest('Template data is not a JSON object.')
  return {
    subject: inlineTemplate(Subject),
    html: typeof Html === 'string' ? inlineTemplate(Html) : null,
    text: typeof Text === 'string' ? inlineTemplate(Text) : null,
    data,
    attachments: readAttachments(given.Attachments ?? []),
  }
}

/** Null for what is not a JSON object. */
export function readData(json: string | null | undefined): TemplateData | null {
  if (json === null || json === undefined || json === '') return {}
  checkTemplateData(json)
  try {
    const data: unknown = JSON.parse(json)
    return isObject(data) ? data : null
  } catch {
    return null
  }
}

export function fillTemplate(template: ReadTemplate, data: TemplateData) {
  const { subject, html, text } = template
  const missing = [subject, html, text]
    .flatMap((part) => part?.names ?? [])
    .find((name) => !Object.hasOwn(data, name))
  const values = { ...data, [OPEN_TRACKER]: TRACKER_MARK, amazonSESUnsubscribeUrl: '' }
  return {
    subject: missing === undefined ? subject.render(values) : '',
    hasHtml: html !== null,
    content: (): Content => ({
      html: html?.render(values) ?? null,
      text: text?.render(values) ?? null,
    }),
    missing: missing ?? null,
    templateName: 'InlineTemplate',
  }
}
