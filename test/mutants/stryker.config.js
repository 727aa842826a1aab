/**
 * `MUTANTS=rules` changes the pure rules and `MUTANTS=doors` the SNS verifier and the tokens, each
 * against the tests of its own; what survives is in mutants.md.
 * @type {import('@stryker-mutator/api/core').PartialStrykerOptions}
 */
const MUTATED = {
  rules: ['src/domain/*.ts'],
  doors: ['src/aws/sns-*.ts', '!src/aws/sns-dead-letters.ts', 'src/token/*.ts'],
}
const part = process.env.MUTANTS ?? 'rules'
const folder = `.aerogram/mutants/${part}`

export default {
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'test/mutants/vitest.config.ts' },
  mutate: MUTATED[part],
  // TypeScript 7 has no API that could rewrite it, and Vite needs none.
  tsconfigFile: 'none',
  ignorePatterns: ['migrations', 'src/cli', 'test/faults', 'test/flow'],
  concurrency: Number(process.env.CONCURRENCY ?? 2),
  incremental: true,
  incrementalFile: `${folder}/incremental.json`,
  tempDirName: `${folder}/copy`,
  reporters: ['clear-text', 'html', 'json', 'progress-append-only'],
  clearTextReporter: { logTests: false, reportTests: false, allowColor: false },
  allowConsoleColors: false,
  htmlReporter: { fileName: `${folder}/report.html` },
  jsonReporter: { fileName: `${folder}/report.json` },
  thresholds: { high: 95, low: 90, break: 85 },
}
