import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { Identity } from '../resources.ts'
import type { Store } from '../store.ts'
import { alreadyExists, badRequest, notFound } from './error.ts'
import { readRequest } from './request.ts'

const DOMAIN = /^([0-9a-z]([0-9a-z-]{0,61}[0-9a-z])?\.)+[a-z]([0-9a-z-]{0,61}[0-9a-z])?$/
const TOKENS = 3

const createRequest = z.looseObject({
  EmailIdentity: z.string(),
  ConfigurationSetName: z.string().nullish(),
})
const mailFromRequest = z.object({
  MailFromDomain: z.string().nullish(),
  BehaviorOnMxFailure: z.enum(['USE_DEFAULT_VALUE', 'REJECT_MESSAGE']).nullish(),
})

/** What the world's DNS says of an identity: only `POST /_sim/identity` proves one. */
export const identityProof = z.strictObject({
  identity: z.string(),
  dkim: z.enum(['PENDING', 'SUCCESS', 'FAILED']).optional(),
  mailFrom: z.enum(['PENDING', 'SUCCESS', 'FAILED']).optional(),
})

export function proveIdentity(store: Store, told: z.infer<typeof identityProof>): object | null {
  const identity = store.identities.get(told.identity.toLowerCase())
  if (identity === undefined) return null
  if (told.dkim !== undefined) identity.dkim = told.dkim
  if (told.mailFrom !== undefined && identity.mailFrom !== null) {
    identity.mailFrom.status = told.mailFrom
  }
  store.changed()
  return shown(identity)
}

export function createIdentity(store: Store, json: unknown): object {
  const { EmailIdentity, ...options } = readRequest(createRequest, json)
  const name = EmailIdentity.trim().toLowerCase()
  const isAddress = name.includes('@')
  if (!DOMAIN.test(name.slice(name.lastIndexOf('@') + 1)))
    throw badRequest(`Invalid email identity <${EmailIdentity}>.`)
  if (store.identities.has(name)) throw alreadyExists(`Email identity ${name} already exist.`)
  const set = options.ConfigurationSetName ?? null
  if (set !== null && !store.configurationSets.has(set))
    throw notFound(`Configuration set <${set}> does not exist.`)
  const identity: Identity = {
    name,
    tokens: isAddress ? [] : Array.from({ length: TOKENS }, token),
    dkim: 'PENDING',
    mailFrom: null,
    options,
  }
  store.identities.set(name, identity)
  store.changed()
  const { IdentityType, VerifiedForSendingStatus, DkimAttributes } = shown(identity)
  return { IdentityType, VerifiedForSendingStatus, DkimAttributes }
}

export function getIdentity(store: Store, name: string): object {
  return shown(find(store, name))
}

export function listIdentities(store: Store): object {
  return {
    EmailIdentities: [...store.identities.values()].map((identity) => ({
      IdentityType: typeOf(identity),
      IdentityName: identity.name,
      SendingEnabled: identity.dkim === 'SUCCESS',
      VerificationStatus: identity.dkim,
    })),
  }
}

export function deleteIdentity(store: Store, name: string): object {
  store.identities.delete(find(store, name).name)
  store.changed()
  return {}
}

/** Without a domain the identity sends with SES's own again; asked for again, the check begins anew. */
export function putMailFrom(store: Store, name: string, json: unknown): object {
  const identity = find(store, name)
  const { MailFromDomain: domain } = readRequest(mailFromRequest, json)
  if (domain && !domain.toLowerCase().endsWith(`.${identity.name}`))
    throw badRequest(
      `Provided MAIL-FROM domain <${domain}> is not subdomain of the domain of the identity <${identity.name}>.`,
    )
  identity.mailFrom = domain ? { domain: domain.toLowerCase(), status: 'PENDING' } : null
  store.changed()
  return {}
}

function find(store: Store, name: string): Identity {
  const identity = store.identities.get(name.toLowerCase())
  if (identity === undefined) throw notFound(`Email identity <${name}> does not exist.`)
  return identity
}

function typeOf({ name }: Identity): 'EMAIL_ADDRESS' | 'DOMAIN' {
  return name.includes('@') ? 'EMAIL_ADDRESS' : 'DOMAIN'
}

/** As GetEmailIdentity tells it. */
function shown(identity: Identity) {
  const { tokens, dkim, mailFrom, options } = identity
  const set = options['ConfigurationSetName'] ?? null
  return {
    IdentityType: typeOf(identity),
    FeedbackForwardingStatus: true,
    VerifiedForSendingStatus: dkim === 'SUCCESS',
    VerificationStatus: dkim,
    DkimAttributes: {
      SigningEnabled: true,
      Status: dkim,
      Tokens: tokens,
      SigningAttributesOrigin: 'AWS_SES',
      NextSigningKeyLength: 'RSA_2048_BIT',
      CurrentSigningKeyLength: 'RSA_2048_BIT',
    },
    MailFromAttributes:
      mailFrom === null
        ? { BehaviorOnMxFailure: 'USE_DEFAULT_VALUE' }
        : {
            MailFromDomain: mailFrom.domain,
            MailFromDomainStatus: mailFrom.status,
            BehaviorOnMxFailure: 'USE_DEFAULT_VALUE',
          },
    Policies: {},
    Tags: [],
    ...(set === null ? {} : { ConfigurationSetName: set }),
  }
}

function token(): string {
  return Array.from(randomBytes(32), (byte) => (byte % 36).toString(36)).join('')
}
