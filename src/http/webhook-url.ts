import { publicUrl } from './public-url.ts'

export interface WebhookUrlRules {
  /** Where the world reaches us: we do not tell ourselves. */
  ownUrl: string
  /** Receivers on this machine, over http and on any port: for development alone. */
  loopback: boolean
}

/** Why nothing may be sent to a URL, or null. */
export function webhookUrlFault(
  text: string,
  { ownUrl, loopback }: WebhookUrlRules,
): string | null {
  if (!URL.canParse(text)) return 'This is not a URL.'
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') return 'It must not hold a password.'
  if (loopback && isLoopback(url)) {
    return url.port === new URL(ownUrl).port ? 'This is our own address.' : null
  }
  if (url.protocol !== 'https:') return 'It must start with https://.'
  const checked = publicUrl(text, ownUrl)
  return 'fault' in checked ? checked.fault.replaceAll('are fetched', 'are told') : null
}

function isLoopback({ protocol, hostname }: URL): boolean {
  return /^https?:$/.test(protocol) && /^(127(\.\d+){3}|localhost|\[::1\])$/.test(hostname)
}
