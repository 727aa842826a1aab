import type { Store } from '../store.ts'
import { getAccount, putAccountSending, putAccountSuppression } from './account-operations.ts'
import {
  createConfigurationSet,
  deleteConfigurationSet,
  getConfigurationSet,
  listConfigurationSets,
  putSendingOptions,
  putSuppressionOptions,
} from './configuration.ts'
import {
  createEventDestination,
  deleteEventDestination,
  getEventDestinations,
  updateEventDestination,
} from './event-destination.ts'
import {
  createIdentity,
  deleteIdentity,
  getIdentity,
  listIdentities,
  putMailFrom,
} from './identities.ts'
import { sendBulkEmail, type SendCall, sendEmail, type SendParts } from './send.ts'
import { deleteSuppressed, getSuppressed, listSuppressed, putSuppressed } from './suppression.ts'

export interface SesCall extends SendCall {
  /** What the path names, decoded. */
  names: string[]
  query: URLSearchParams
  now: number
}

export interface SesParts extends SendParts {
  store: Store
  /** SES's word on a topic that it may publish there. */
  validateTopic: (topicArn: string) => void
}

export interface Operation {
  name: string
  method: string
  path: RegExp
  run(call: SesCall, parts: SesParts): object | Promise<object>
}

const SET = '/v2/email/configuration-sets/([^/]+)'
const IDENTITIES = '/v2/email/identities'
const SUPPRESSIONS = '/v2/email/suppression/addresses'

/** Operations of SES v2 with the paths of the service model. */
export const OPERATIONS: readonly Operation[] = [
  on('POST', '/v2/email/outbound-emails', 'SendEmail', sendEmail),
  on('POST', '/v2/email/outbound-bulk-emails', 'SendBulkEmail', sendBulkEmail),
  on('GET', '/v2/email/account', 'GetAccount', (call, { store }) => getAccount(store, call.now)),
  on('PUT', '/v2/email/account/sending', 'PutAccountSendingAttributes', (call, { store }) =>
    putAccountSending(store, call.json, call.now),
  ),
  on('PUT', '/v2/email/account/suppression', 'PutAccountSuppressionAttributes', (call, { store }) =>
    putAccountSuppression(store, call.json),
  ),
  on('PUT', SUPPRESSIONS, 'PutSuppressedDestination', (call, { store }) =>
    putSuppressed(store, call.json, call.now),
  ),
  on('GET', SUPPRESSIONS, 'ListSuppressedDestinations', (call, { store }) =>
    listSuppressed(store, call.query),
  ),
  on('GET', `${SUPPRESSIONS}/([^/]+)`, 'GetSuppressedDestination', (call, { store }) =>
    getSuppressed(store, first(call)),
  ),
  on('DELETE', `${SUPPRESSIONS}/([^/]+)`, 'DeleteSuppressedDestination', (call, { store }) =>
    deleteSuppressed(store, first(call)),
  ),
  on('POST', IDENTITIES, 'CreateEmailIdentity', (call, { store }) =>
    createIdentity(store, call.json),
  ),
  on('GET', IDENTITIES, 'ListEmailIdentities', (_, { store }) => listIdentities(store)),
  on('GET', `${IDENTITIES}/([^/]+)`, 'GetEmailIdentity', (call, { store }) =>
    getIdentity(store, first(call)),
  ),
  on('DELETE', `${IDENTITIES}/([^/]+)`, 'DeleteEmailIdentity', (call, { store }) =>
    deleteIdentity(store, first(call)),
  ),
  on(
    'PUT',
    `${IDENTITIES}/([^/]+)/mail-from`,
    'PutEmailIdentityMailFromAttributes',
    (call, { store }) => putMailFrom(store, first(call), call.json),
  ),
  on('POST', '/v2/email/configuration-sets', 'CreateConfigurationSet', (call, { store }) =>
    createConfigurationSet(store, call.json),
  ),
  on('GET', '/v2/email/configuration-sets', 'ListConfigurationSets', (_, { store }) =>
    listConfigurationSets(store),
  ),
  on('GET', SET, 'GetConfigurationSet', (call, { store }) =>
    getConfigurationSet(store, first(call)),
  ),
  on('DELETE', SET, 'DeleteConfigurationSet', (call, { store }) =>
    deleteConfigurationSet(store, first(call)),
  ),
  on('PUT', `${SET}/sending`, 'PutConfigurationSetSendingOptions', (call, { store }) =>
    putSendingOptions(store, first(call), call.json),
  ),
  on(
    'PUT',
    `${SET}/suppression-options`,
    'PutConfigurationSetSuppressionOptions',
    (call, { store }) => putSuppressionOptions(store, first(call), call.json),
  ),
  on(
    'POST',
    `${SET}/event-destinations`,
    'CreateConfigurationSetEventDestination',
    (call, { store, validateTopic }) => {
      validateTopic(createEventDestination(store, first(call), call.json).topicArn)
      return {}
    },
  ),
  on(
    'GET',
    `${SET}/event-destinations`,
    'GetConfigurationSetEventDestinations',
    (call, { store }) => getEventDestinations(store, first(call)),
  ),
  on(
    'PUT',
    `${SET}/event-destinations/([^/]+)`,
    'UpdateConfigurationSetEventDestination',
    (call, { store }) => {
      updateEventDestination(store, first(call), call.names[1] ?? '', call.json)
      return {}
    },
  ),
  on(
    'DELETE',
    `${SET}/event-destinations/([^/]+)`,
    'DeleteConfigurationSetEventDestination',
    (call, { store }) => deleteEventDestination(store, first(call), call.names[1] ?? ''),
  ),
]

function on(method: string, path: string, name: string, run: Operation['run']): Operation {
  return { name, method, path: new RegExp(`^${path}$`), run }
}

function first(call: SesCall): string {
  return call.names[0] ?? ''
}
