import { expect, test } from 'vitest'
import { runDemo } from '../../src/cli/demo/run.ts'
import { SCALED_ACCOUNT, SCALED_SWEEP_SECONDS, SCALED_TIMES } from '../../src/cli/demo/scaled.ts'

const KILLS = 5

test('workerd killed at five random moments loses no email and sends none twice', async () => {
  const seed = Number(process.env['SEED'] ?? Date.now() % 100_000)
  console.info(`seed ${seed}`)

  const { lines, statuses, revivals } = await runDemo({
    emails: 400,
    seed,
    kills: KILLS,
    broadcast: 0,
    limitSeconds: 90,
    account: SCALED_ACCOUNT,
    stack: {
      directory: '.aerogram/test/kill',
      port: 0,
      simulatorPort: 0,
      sweepSeconds: SCALED_SWEEP_SECONDS,
      entry: 'test/support/limited.ts',
      environment: SCALED_TIMES,
    },
    show: () => undefined,
    tell: () => undefined,
  })

  expect(revivals).toBe(KILLS)
  expect(lines.filter(({ differences }) => differences.length > 0)).toEqual([])
  expect(lines.find(({ name }) => name === 'asked for')).toMatchObject({ database: 400 })
  // Nobody was given up on: with the event channel alive every doubt has an answer.
  expect(statuses.map(({ state }) => state)).not.toContain('unknown')
})
