import { readConfig } from '../../src/config.ts'
import { governorClass } from '../../src/governor/durable-object.ts'
import type { ConsumerBindings } from '../../src/roles/bindings.ts'
import { consumerOf } from '../../src/roles/consumer.ts'
import { governorWiring } from '../../src/roles/governor.ts'
import { sweeperOf } from '../../src/roles/sweeper.ts'

type Env = ConsumerBindings
export const Governor = governorClass((env: Env) => governorWiring(env, readConfig(env)))
export default {
  queue: (batch, env) => consumerOf(env, readConfig(env))(batch),
  scheduled: (_controller, env) => sweeperOf(env, readConfig(env))(),
} satisfies ExportedHandler<Env>
