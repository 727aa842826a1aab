import { readConfig } from '../../src/config.ts'
import type { ConsumerBindings } from '../../src/roles/bindings.ts'
import { consumerOf } from '../../src/roles/consumer.ts'
import { sweeperOf } from '../../src/roles/sweeper.ts'

export { Governor } from '../../src/roles/governor.ts'
export default {
  queue: (batch, env) => consumerOf(env, readConfig(env))(batch),
  scheduled: (_controller, env) => sweeperOf(env, readConfig(env))(),
} satisfies ExportedHandler<ConsumerBindings>
