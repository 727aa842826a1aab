import { ATTEMPT_TAG, isObject } from './email.ts'

/** Attempt ids (the tag of that name) in a sending request, found even in one that SES will refuse. */
export function attemptsIn(json: unknown): string[] {
  if (!isObject(json)) return []
  const entries = Array.isArray(json['BulkEmailEntries']) ? json['BulkEmailEntries'] : []
  const lists = [
    json['EmailTags'],
    json['DefaultEmailTags'],
    ...entries.map((entry) => (isObject(entry) ? entry['ReplacementTags'] : undefined)),
  ]
  return lists.flatMap((tags) =>
    (Array.isArray(tags) ? tags : []).flatMap((tag) =>
      isObject(tag) && tag['Name'] === ATTEMPT_TAG && typeof tag['Value'] === 'string'
        ? [tag['Value']]
        : [],
    ),
  )
}
