import { cloudflareTest } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'

const root = new URL('..', import.meta.url).pathname

/** Three kinds of test: rules in plain Node, statements and roles inside workerd, whole stories over processes. */
export default defineConfig({
  root,
  test: {
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
          }),
        ],
        test: {
          name: 'runtime',
          include: ['test/**/*.runtime.test.ts'],
          setupFiles: ['./test/support/migrated.ts'],
          testTimeout: 30_000,
        },
      },
      {
        root,
        test: {
          name: 'flow',
          include: ['test/flow/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
