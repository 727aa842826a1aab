import type { Home } from '../ses/mail.ts'
import type { Store } from '../store.ts'
import type { Courier } from './courier.ts'
import {
  confirmSubscription,
  getSubscriptionAttributes,
  listSubscriptionsByTopic,
  setSubscriptionAttributes,
  subscribe,
  unsubscribe,
} from './subscriptions.ts'
import { createTopic, getTopicAttributes, setTopicAttributes } from './topics.ts'
import type { Xml } from './xml.ts'

export interface SnsParts {
  store: Store
  courier: Courier
  home: Home
}

export interface Action {
  /** Everything but a confirmation by token is. */
  signed: boolean
  run(parameters: URLSearchParams, parts: SnsParts): Xml | null
}

/** The actions of SNS's query API, version 2010-03-31, by name. */
export const ACTIONS: Readonly<Record<string, Action>> = {
  CreateTopic: signed((parameters, { store, home }) => createTopic(store, parameters, home)),
  SetTopicAttributes: signed((parameters, { store }) => setTopicAttributes(store, parameters)),
  GetTopicAttributes: signed((parameters, { store, home }) =>
    getTopicAttributes(store, parameters, home),
  ),
  Subscribe: signed((parameters, { store, courier }) => subscribe(store, parameters, courier)),
  ConfirmSubscription: {
    signed: false,
    run: (parameters, { store }) => confirmSubscription(store, parameters),
  },
  SetSubscriptionAttributes: signed((parameters, { store }) =>
    setSubscriptionAttributes(store, parameters),
  ),
  GetSubscriptionAttributes: signed((parameters, { store, home }) =>
    getSubscriptionAttributes(store, parameters, home),
  ),
  ListSubscriptionsByTopic: signed((parameters, { store, home }) =>
    listSubscriptionsByTopic(store, parameters, home),
  ),
  Unsubscribe: signed((parameters, { store }) => unsubscribe(store, parameters)),
}

function signed(run: Action['run']): Action {
  return { signed: true, run }
}
