import { badRequest, constraint, SesError } from './error.ts'
import type { Pair, RequestAttachment } from './request.ts'

const MAX_HEADERS = 15
const MAX_HEADER_NAME = 126
const MAX_HEADER_VALUE = 995
const MAX_HEADER = 996
const MAX_TAG = 255
const MAX_RECIPIENTS = 50
const MAX_TEMPLATE_DATA = 262_144
const MAX_FILE_NAME = 255
const MAX_CONTENT_TYPE = 78
const MEGABYTE = 1024 * 1024
const MAX_TEMPLATED_REQUEST = MEGABYTE
export const MAX_MESSAGE = 40 * MEGABYTE

/** A header that may stand only once (SES Developer Guide, "Header fields"). Date and Message-ID SES writes itself. */
const ONCE =
  /^(accept-language|archived-at|auto-submitted|bounces-to|comments|content-.*|delivered-to|disposition-notification-.*|dkim-signature|domainkey-signature|errors-to|from|importance|in-reply-to|keywords|list-(archive|help|id|owner|post|subscribe|unsubscribe)|message-context|mime-version|organization|original-.*|precedence|priority|references|reply-to|return-path|return-receipt-to|sender|solicitation|sensitivity|subject|thread-index|thread-topic|user-agent|vbr-info)$/

/** Refused as attachments (SES Developer Guide, "Unsupported attachment types"). */
const FORBIDDEN_FILE =
  /\.(ade|adp|app|asp|bas|bat|cer|chm|cmd|com|cpl|crt|csh|der|exe|fxp|gadget|hlp|hta|inf|ins|isp|its|js|jse|ksh|lib|lnk|mad|maf|mag|mam|maq|mar|mas|mat|mau|mav|maw|mda|mdb|mde|mdt|mdw|mdz|msc|msh|msh1|msh2|mshxml|msh1xml|msh2xml|msi|msp|mst|ops|pcd|pif|plg|prf|prg|reg|scf|scr|sct|shb|shs|sys|ps1|ps1xml|ps2|ps2xml|psc1|psc2|tmp|url|vb|vbe|vbs|vps|vsmacros|vss|vst|vsw|vxd|ws|wsc|wsf|wsh|xnk)$/i

/** `own` are the names of the headers that SES itself makes of the request. */
export function checkHeaders(headers: Pair[], own: string[], path: string): void {
  if (headers.length > MAX_HEADERS)
    throw constraint(path, `Member must have length less than or equal to ${MAX_HEADERS}`)
  for (const { Name, Value } of headers) {
    if (!/^[!-9;-@A-~]+$/.test(Name) || Name.length > MAX_HEADER_NAME)
      throw constraint(
        `${path}.member.name`,
        'Member must satisfy regular expression pattern: ^[!-9;-@A-~]+$ and have length between 1 and 126',
      )
    if (!/^[ -~]*$/.test(Value) || Value.length < 1 || Value.length > MAX_HEADER_VALUE)
      throw constraint(
        `${path}.member.value`,
        'Member must satisfy regular expression pattern: [ -~]* and have length between 1 and 995',
      )
    if (Name.length + Value.length > MAX_HEADER)
      throw badRequest(`Header '${Name}' exceeds the maximum length of ${MAX_HEADER} characters.`)
  }
  checkTwice([...own, ...headers.map(({ Name }) => Name)])
}

export function checkTwice(names: string[]): void {
  const seen = new Set<string>()
  for (const name of names) {
    const lower = name.toLowerCase()
    if (ONCE.test(lower) && seen.has(lower)) throw badRequest(`Duplicate header '${name}'.`)
    seen.add(lower)
  }
}

export function checkTags(tags: Pair[]): void {
  for (const { Name, Value } of tags) {
    if (Name === '') throw badRequest('The tag name must be specified.')
    if (Value === '') throw badRequest('The tag value must be specified.')
    if (Name.length > MAX_TAG) throw badRequest(`Tag name cannot exceed ${MAX_TAG} characters.`)
    if (Value.length > MAX_TAG) throw badRequest(`Tag value cannot exceed ${MAX_TAG} characters.`)
    if (!/^[A-Za-z0-9_-]+$/.test(Name))
      throw badRequest(
        `Invalid tag name <${Name}>: only alphanumeric ASCII characters, '_',  '-' are allowed.`,
      )
    // Stricter than version 1 of the API, which took '.' and '@' too: the model of version 2 does not.
    if (!/^[A-Za-z0-9_-]+$/.test(Value))
      throw badRequest(
        `Invalid tag value <${Value}>: only alphanumeric ASCII characters, '_',  '-' are allowed.`,
      )
  }
}

export function checkRecipients(count: number): void {
  if (count === 0) throw badRequest('Destination must have at least one recipient.')
  if (count > MAX_RECIPIENTS) throw badRequest(`Recipient count exceeds ${MAX_RECIPIENTS}.`)
}

export function checkTemplateData(data: string): void {
  if (data.length > MAX_TEMPLATE_DATA)
    throw constraint(
      'templateData',
      `Member must have length less than or equal to ${MAX_TEMPLATE_DATA}`,
    )
}

export function checkAttachments(attachments: RequestAttachment[]): void {
  for (const { FileName, ContentType } of attachments) {
    if (FileName.length < 1 || FileName.length > MAX_FILE_NAME)
      throw constraint(
        'attachments.member.fileName',
        `Member must have length between 1 and ${MAX_FILE_NAME}`,
      )
    if (FORBIDDEN_FILE.test(FileName))
      throw badRequest(`Attachment file type of '${FileName}' is not supported.`)
    if (typeof ContentType !== 'string') continue
    if (ContentType.length < 1 || ContentType.length > MAX_CONTENT_TYPE)
      throw constraint(
        'attachments.member.contentType',
        `Member must have length between 1 and ${MAX_CONTENT_TYPE}`,
      )
  }
}

/** With an inline template the request's JSON, text and html included, ends at 1 MB. */
export function checkTemplatedSize(requestBytes: number): void {
  if (requestBytes > MAX_TEMPLATED_REQUEST)
    throw new SesError(
      'RequestEntityTooLarge',
      413,
      `Request size exceeds the limit of ${MAX_TEMPLATED_REQUEST} bytes.`,
    )
}

export function checkMessageSize(bytes: number): void {
  if (bytes > MAX_MESSAGE)
    throw badRequest(`Message length is more than ${MAX_MESSAGE} bytes long: '${bytes}'.`)
}
