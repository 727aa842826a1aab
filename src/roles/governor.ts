import { releaseBroadcasts } from '../broadcasts/release.ts'
import type { Config } from '../config.ts'
import { parseAccount } from '../governor/account-answer.ts'
import type { GovernorWiring } from '../governor/durable-object.ts'
import { rangeQueue } from '../queue/enqueue.ts'
import type { ConsumerBindings } from './bindings.ts'
import { sesOf } from './adapters.ts'

/** What the Governor reads the account with, and what it has released each second. */
export function governorWiring(
  env: Pick<ConsumerBindings, 'DB' | 'BROADCAST'>,
  config: Config,
): GovernorWiring {
  const ses = sesOf(config)
  return {
    readAccount: async () => parseAccount(await ses.getAccount()),
    share: config.SES_RATE_SHARE,
    release: (perSecond) =>
      releaseBroadcasts(perSecond, {
        db: env.DB,
        queue: rangeQueue(env.BROADCAST),
        now: Date.now,
      }),
  }
}
