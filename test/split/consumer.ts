import { readConfig } from '../../src/config.ts'
import { governorClass } from '../../src/governor/durable-object.ts'
import { type ConsumerBindings, consumerOf, governorWiring, sweeperOf } from '../../src/roles.ts'

type Env = ConsumerBindings
export const Governor = governorClass((env: Env) => governorWiring(env, readConfig(env)))
export default {
  queue: (batch, env) => consumerOf(env, readConfig(env))(batch),
  scheduled: (_controller, env) => sweeperOf(env, readConfig(env))(),
} satisfies ExportedHandler<Env>
