import { defineConfig } from 'vitest/config'

const TESTS: Record<string, string[]> = {
  rules: ['test/{domain,token}/**/*.test.ts'],
  doors: ['test/{aws,token}/**/*.test.ts'],
}

/** The unit tests of what is mutated, and no others: Stryker runs them for every mutant. */
export default defineConfig({
  test: {
    include: TESTS[process.env['MUTANTS'] ?? 'rules'] ?? [],
    // It needs the simulator, and what it tests is no part of the verifier.
    exclude: ['test/aws/sns-dead-letters.test.ts'],
    testTimeout: 30_000,
  },
})
