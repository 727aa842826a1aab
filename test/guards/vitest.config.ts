import { defineConfig } from 'vitest/config'
import base from '../vitest.config.ts'
import { marking } from './marking.ts'

const root = new URL('../..', import.meta.url).pathname.replace(/\/$/, '')
const [, runtime] = base.test?.projects ?? []
if (typeof runtime !== 'object' || !('plugins' in runtime)) throw new Error('no runtime project')

/** The runtime tests within one test, which runs them again without each guard. */
export default defineConfig({
  root,
  test: {
    silent: false,
    disableConsoleIntercept: true,
    projects: [
      {
        ...runtime,
        plugins: [marking(root), ...(runtime.plugins ?? [])],
        test: { ...runtime.test, include: ['test/guards/guards.runtime.test.ts'], exclude: [] },
      },
    ],
  },
})
