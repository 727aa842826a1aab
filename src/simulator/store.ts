import { join } from 'node:path'
import { Account } from './account.ts'
import {
  type ConfigurationSet,
  type Identity,
  readResources,
  type Subscription,
  type Suppression,
  type SuppressionReason,
  type Topic,
  writeResources,
} from './resources.ts'

const WRITE_MS = 20

/** Everything an account owns that is not mail, in memory and in one file. */
export class Store {
  readonly account: Account
  suppressedReasons: SuppressionReason[]
  readonly configurationSets: Map<string, ConfigurationSet>
  readonly suppressions: Map<string, Suppression>
  readonly identities: Map<string, Identity>
  readonly topics: Map<string, Topic>
  readonly subscriptions: Map<string, Subscription>
  readonly #path: string
  #timer: NodeJS.Timeout | null = null

  constructor(directory: string, now: number) {
    this.#path = join(directory, 'resources.json')
    const kept = readResources(this.#path)
    this.account = new Account(kept.account, now)
    this.suppressedReasons = kept.suppressedReasons
    this.configurationSets = new Map(kept.configurationSets.map((set) => [set.name, set]))
    this.suppressions = new Map(kept.suppressions.map((entry) => [entry.address, entry]))
    this.identities = new Map(kept.identities.map((identity) => [identity.name, identity]))
    this.topics = new Map(kept.topics.map((topic) => [topic.arn, topic]))
    this.subscriptions = new Map(kept.subscriptions.map((entry) => [entry.arn, entry]))
  }

  changed(): void {
    this.#timer ??= setTimeout(() => this.flush(), WRITE_MS)
  }

  flush(): void {
    if (this.#timer === null) return
    clearTimeout(this.#timer)
    this.#timer = null
    writeResources(this.#path, {
      account: this.account.settings,
      suppressedReasons: this.suppressedReasons,
      configurationSets: [...this.configurationSets.values()],
      suppressions: [...this.suppressions.values()],
      identities: [...this.identities.values()],
      topics: [...this.topics.values()],
      subscriptions: [...this.subscriptions.values()],
    })
  }
}
