import { domainOf } from './address.ts'

/** Whom an environment may write to: Test and UAT never reach real people. */
export type RecipientPolicy =
  | { type: 'any' }
  | { type: 'allow'; addresses: Set<string>; domains: Set<string> }
  | { type: 'redirect'; address: string }

/** From `any`, `allow:<domains and addresses, comma separated>` or `redirect:<address>`. */
export function parseRecipientPolicy(setting: string): RecipientPolicy {
  if (setting.startsWith('redirect:')) {
    return { type: 'redirect', address: setting.slice('redirect:'.length).toLowerCase() }
  }
  if (setting.startsWith('allow:')) {
    const entries = setting.slice('allow:'.length).toLowerCase().split(',').filter(Boolean)
    return {
      type: 'allow',
      addresses: new Set(entries.filter((entry) => entry.includes('@'))),
      domains: new Set(entries.filter((entry) => !entry.includes('@'))),
    }
  }
  return { type: 'any' }
}

/** Where mail for `address` (in normal form) really goes; null: nowhere. */
export function deliverTo(policy: RecipientPolicy, address: string): string | null {
  switch (policy.type) {
    case 'any':
      return address
    case 'redirect':
      return policy.address
    case 'allow':
      return policy.addresses.has(address) || policy.domains.has(domainOf(address)) ? address : null
    default:
      return policy satisfies never
  }
}
