import { expect, test } from 'vitest'
import { runDemo } from '../../src/cli/demo/run.ts'

/** Small enough for a test, and still in proportion: no call can be answered after its doubt was settled. */
const SCALED_TIMES = {
  CALL_TIMEOUT_SECONDS: '2',
  CLAIM_FRESH_SECONDS: '2',
  LEASE_SECONDS: '4',
  DOUBT_WINDOW_SECONDS: '8',
  PROOF_SECONDS: '1',
  CANARY_SECONDS: '1',
}
const SIGNATURE_SECONDS = 4
const KILLS = 5

test('workerd killed at five random moments loses no email and sends none twice', async () => {
  const seed = Number(process.env['SEED'] ?? Date.now() % 100_000)
  console.info(`seed ${seed}`)

  const { lines, statuses, revivals } = await runDemo({
    emails: 400,
    seed,
    kills: KILLS,
    limitSeconds: 90,
    account: { latencyMs: 60, signatureSeconds: SIGNATURE_SECONDS },
    stack: {
      directory: '.aerogram/test/kill',
      port: 0,
      simulatorPort: 0,
      sweepSeconds: 1,
      entry: 'test/support/limited.ts',
      environment: SCALED_TIMES,
    },
    show: () => undefined,
  })

  expect(revivals).toBe(KILLS)
  expect(lines.filter(({ differences }) => differences.length > 0)).toEqual([])
  expect(lines.find(({ name }) => name === 'asked for')).toMatchObject({ database: 400 })
  // Nobody was given up on: with the event channel alive every doubt has an answer.
  expect(statuses.map(({ state }) => state)).not.toContain('unknown')
})
