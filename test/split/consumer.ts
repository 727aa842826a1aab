import { readConfig } from '../../src/config.ts'
import { governorClass } from '../../src/governor/durable-object.ts'
import { type ConsumerBindings, consumerOf, governorWiring, sweeperOf } from '../../src/roles.ts'

export const Governor = governorClass((env: ConsumerBindings) =>
  governorWiring(env, readConfig(env)),
)
export default {
  queue: (batch, env) => consumerOf(env, readConfig(env))(batch),
  scheduled: (_controller, env) => sweeperOf(env, readConfig(env))(),
} satisfies ExportedHandler<ConsumerBindings>
