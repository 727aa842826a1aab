export interface BroadcastRecipient {
  address: string
  name: string | null
  /** As uploaded: a JSON object, or null. */
  variables: string | null
}

/**
 * What a template may say of a recipient: what was uploaded, and what is in small letters in capitals
 * too, as Resend's templates write it (`first_name` is FIRST_NAME); behind that EMAIL, NAME, FIRST_NAME
 * and LAST_NAME as the address and the name tell them. A name that is not known is absent.
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
  const capitals = own
    .filter(([key]) => key === key.toLowerCase())
    .map(([key, value]): [string, unknown] => [key.toUpperCase(), value])
  return Object.fromEntries([...entries, ...capitals, ...own])
}
