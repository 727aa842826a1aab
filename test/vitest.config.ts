import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'
import { refuseOutbound } from './support/refuse-outbound.ts'

const root = new URL('..', import.meta.url).pathname

// Nothing asks the network, not even where on earth it runs.
Object.assign(process.env, { CLOUDFLARE_CF_FETCH_ENABLED: 'false', WRANGLER_SEND_METRICS: 'false' })

/** As in wrangler.toml, but for the time a test would wait for a batch to fill. */
const quickConsumer = (name: string, deadLetterQueue?: string) => ({
  [`aerogram-local-${name}`]: {
    maxBatchSize: 100,
    maxBatchTimeout: 0.05,
    maxRetries: 100,
    retryDelay: 30,
    ...(deadLetterQueue && { deadLetterQueue: `aerogram-local-${deadLetterQueue}` }),
  },
})

/** Three kinds of test: rules in plain Node, statements and roles inside workerd, whole stories over processes. */
export default defineConfig({
  root,
  test: {
    silent: 'passed-only',
    reporters: ['default', './test/support/closing-line.ts'],
    projects: [
      {
        root,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.runtime.test.ts', 'test/flow/**'],
          testTimeout: 30_000,
        },
      },
      {
        root,
        plugins: [
          cloudflareTest({
            main: './test/support/limited.ts',
            wrangler: { configPath: './wrangler.toml' },
            miniflare: {
              bindings: {
                AWS_ACCESS_KEY_ID: 'AKIALOCALAEROGRAM00',
                AWS_SECRET_ACCESS_KEY: 'local-secret-local-secret-local-secret',
                TOKEN_KEYS: 'k1:bG9jYWwtdG9rZW4ta2V5LWxvY2FsLXRva2VuLWtleS0',
                ADDRESS_KEY: 'bG9jYWwtYWRkcmVzcy1rZXktbG9jYWwtYWRkcmVzcy0x',
              },
              queueConsumers: {
                ...quickConsumer('send', 'send-dead'),
                ...quickConsumer('broadcast', 'broadcast-dead'),
                ...quickConsumer('events', 'events-dead'),
                ...quickConsumer('webhooks', 'webhooks-dead'),
                ...quickConsumer('send-dead'),
                ...quickConsumer('broadcast-dead'),
                ...quickConsumer('events-dead'),
                ...quickConsumer('webhooks-dead'),
              },
              outboundService: refuseOutbound(),
            },
          }),
        ],
        test: {
          name: 'runtime',
          include: ['test/**/*.runtime.test.ts'],
          // `npm run guards` runs these with a configuration of their own.
          exclude: ['test/guards/**'],
          setupFiles: ['./test/support/migrated.ts', './test/support/kept-limits.ts'],
          provide: { migrations: await readD1Migrations({ projectPath: root }) },
          testTimeout: 30_000,
        },
      },
      {
        root,
        test: {
          name: 'flow',
          include: ['test/flow/**/*.test.ts'],
          // Stories need the machine to themselves.
          sequence: { groupOrder: 1 },
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
