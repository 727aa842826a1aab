import { ownHeaders, pairs } from './compose.ts'
import { type Email, mergeData } from './email.ts'
import { readDestination, readReplyTo, readSender, readTracking } from './envelope.ts'
import { badRequest, SesError } from './error.ts'
import { checkHeaders, checkTags } from './limits.ts'
import type { Pair, SendBulkEmailRequest } from './request.ts'
import { fillTemplate, readData, readTemplate } from './templated.ts'

const MAX_ENTRIES = 50

/** An entry that is not sent; the other entries of the call are. */
export interface RefusedEntry {
  status: string
  error: string
}

/** The emails of a SendBulkEmail request in the order of its entries. Throws what refuses the whole call. */
export function composeBulk(
  request: SendBulkEmailRequest,
  bytes: number,
): (Email | RefusedEntry)[] {
  const entries = request.BulkEmailEntries
  if (entries.length === 0) throw badRequest('BulkEmailEntries must have at least one entry.')
  if (entries.length > MAX_ENTRIES)
    throw badRequest(`The number of bulk email entries exceeds ${MAX_ENTRIES}.`)
  const from = readSender(request.FromEmailAddress)
  const replyTo = readReplyTo(request.ReplyToAddresses)
  const tracking = readTracking(request.ConfigurationOverrides)
  const defaults = request.DefaultContent.Template
  const defaultTags = request.DefaultEmailTags ?? []
  const defaultHeaders = defaults.Headers ?? []
  checkTags(defaultTags)
  checkHeaders(defaultHeaders, ownHeaders(replyTo), 'defaultContent.template.headers')
  const template = readTemplate(defaults, bytes)

  return entries.map((entry) =>
    refusable(() => {
      const envelope = readDestination(entry.Destination)
      // Whether they replace or join the default tags is not documented: joined, an entry's own tag of a name wins.
      const tags = replaceNamed(defaultTags, entry.ReplacementTags ?? [])
      const headers = replaceNamed(defaultHeaders, entry.ReplacementHeaders ?? [])
      checkTags(tags)
      checkHeaders(headers, ownHeaders(replyTo), 'bulkEmailEntries.member.replacementHeaders')
      const json = entry.ReplacementEmailContent?.ReplacementTemplate?.ReplacementTemplateData
      const data = readData(json)
      if (data === null) throw badRequest('Replacement template data is not a JSON object.')
      return {
        operation: 'SendBulkEmail' as const,
        from,
        replyTo,
        ...envelope,
        tags: pairs(tags),
        headers: pairs(headers),
        attachments: template.attachments.list,
        infected: template.attachments.infected,
        configurationSet: request.ConfigurationSetName ?? null,
        openTracking: tracking.open,
        clickTracking: tracking.click,
        raw: false,
        ...fillTemplate(template, mergeData(template.data, data)),
      }
    }),
  )
}

export function isRefused(entry: Email | RefusedEntry): entry is RefusedEntry {
  return 'status' in entry
}

function refusable(compose: () => Email): Email | RefusedEntry {
  try {
    return compose()
  } catch (error) {
    if (error instanceof SesError) return { status: 'INVALID_PARAMETER', error: error.message }
    throw error
  }
}

function replaceNamed(base: Pair[], over: Pair[]): Pair[] {
  const names = new Set(over.map(({ Name }) => Name.toLowerCase()))
  return [...base.filter(({ Name }) => !names.has(Name.toLowerCase())), ...over]
}
