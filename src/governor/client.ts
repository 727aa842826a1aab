import type { Ask } from './bucket.ts'
import type { GovernorObject } from './durable-object.ts'
import type { Grant, Trouble } from './pace.ts'
import type { GovernorReport } from './report.ts'

const AWAY_WAIT = 2000
const OVERLOADED_WAIT = 10_000

export interface Governor {
  /** Does not wait: the recipients may leave from `at` on. More than a call's are several turns. Never throws. */
  ask(ask: Ask): Promise<Grant>
  /** Waits out the moment until a granted turn begins (about a second at most). Never throws: a Governor that is away grants nothing. */
  take(ask: Ask): Promise<Grant>
  /** `at` of the grant, so that the rate has the recipients back too; without it only the quota has. */
  giveBack(returned: { recipients: number; at?: number }): Promise<void>
  report(trouble: Trouble): Promise<void>
  /** Throws when the Governor is away. */
  state(): Promise<GovernorReport>
  /** Broadcasts are to be released. Throws when the Governor is away. */
  work(): Promise<void>
}

/** `name` stands for the AWS account and region, such as `ses:eu-west-1`. */
export function governorClient(
  namespace: DurableObjectNamespace<GovernorObject>,
  name: string,
): Governor {
  // A stub is broken by an exception: each call takes a new one.
  const stub = () => namespace.getByName(name)
  const ask = (wanted: Ask) => stub().take(wanted).catch(away)
  return {
    ask,
    async take(wanted) {
      const grant = await ask(wanted)
      if (grant.granted > 0 && grant.waitMs > 0) await sleep(grant.waitMs)
      return grant
    },
    giveBack: (returned) => stub().giveBack(returned).catch(unheard),
    report: (trouble) => stub().report(trouble).catch(unheard),
    state: () => stub().state(),
    work: () => stub().work(),
  }
}

function away(error: unknown): Grant {
  unheard(error)
  const overloaded = error instanceof Error && 'overloaded' in error && error.overloaded === true
  const waitMs = overloaded ? OVERLOADED_WAIT : AWAY_WAIT
  return { granted: 0, waitMs, at: Date.now() + waitMs, rate: 0, reason: 'governor away' }
}

/** What it did not hear of costs some rate or a repeated throttle, never an email. */
function unheard(error: unknown): void {
  console.warn('governor away', { error: String(error) })
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
