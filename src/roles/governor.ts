import { releaseBroadcasts } from '../broadcasts/release.ts'
import { readConfig } from '../config.ts'
import { parseAccount } from '../governor/account-answer.ts'
import { governorClass } from '../governor/durable-object.ts'
import { rangeQueue } from '../queue/enqueue.ts'
import type { ConsumerBindings } from './bindings.ts'
import { sesOf } from './adapters.ts'

/** The Durable Object's class: what it reads the account with, and what it has released each second. */
export const Governor = governorClass<Pick<ConsumerBindings, 'DB' | 'BROADCAST'>>((env) => {
  const config = readConfig(env)
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
})
