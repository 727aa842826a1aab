import { Webhook } from 'standardwebhooks'

export interface ToSign {
  id: string
  body: string
  /** `whsec_…`, each signs; during a rotation there are two. */
  secrets: string[]
  /** Of this attempt, epoch milliseconds. */
  at: number
}

/**
 * The headers of one attempt under both names: clients of the contract read `svix-*`, the standard's
 * own libraries `webhook-*`. Source: Standard Webhooks 1.0, "Symmetric".
 */
export function signedHeaders({ id, body, secrets, at }: ToSign): Record<string, string> {
  const signatures = secrets.map((secret) => new Webhook(secret).sign(id, new Date(at), body))
  const values = {
    id,
    timestamp: String(Math.floor(at / 1000)),
    signature: signatures.join(' '),
  }
  return Object.fromEntries(
    ['svix', 'webhook'].flatMap((prefix) =>
      Object.entries(values).map(([name, value]) => [`${prefix}-${name}`, value]),
    ),
  )
}
