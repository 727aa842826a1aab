export interface BroadcastRecipient {
  address: string
  name: string | null
  /** As uploaded: a JSON object, or null. */
  variables: string | null
}

/**
 * What a template may say of a recipient: Resend's EMAIL, NAME, FIRST_NAME and LAST_NAME and the same
 * in lower case; the recipient's own variables outrank them. A name that is not known is absent.
 */
export function recipientValues({
  address,
  name,
  variables,
}: BroadcastRecipient): Record<string, unknown> {
  const uploaded: unknown = variables === null ? {} : JSON.parse(variables)
  const [first, ...others] = (name ?? '').trim().split(/\s+/)
  const last = others.join(' ')
  const known: [string, string | null][] = [
    ['email', address],
    ['name', name],
    ['first_name', first === undefined || first === '' ? null : first],
    ['last_name', last === '' ? null : last],
  ]
  const entries = known.flatMap(([key, value]): [string, unknown][] =>
    value === null
      ? []
      : [
          [key, value],
          [key.toUpperCase(), value],
        ],
  )
  const own = typeof uploaded === 'object' && uploaded !== null ? Object.entries(uploaded) : []
  return Object.fromEntries([...entries, ...own])
}
