import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { startStack } from '../../src/cli/stack.ts'

const RATE = 40
const SECONDS = 20
const ONE_CALL = Math.min(50, RATE)

interface Ledger {
  calls: { operation: string; at: number; answered: number | null; attempts: string[] }[]
}

// Once more when the machine itself stood still for a moment: the figure is about pacing.
test('the Governor uses the rate of the account and never more', { retry: 1 }, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'aerogram-pacing-'))
  const stack = await startStack({
    directory,
    port: 0,
    simulatorPort: 0,
    fresh: true,
    sweepSeconds: 5,
    entry: 'test/support/limited.ts',
    account: { maxSendRate: RATE, latencyMs: 20 },
    environment: {},
  })
  try {
    const batch = Array.from({ length: 100 }, (_, n) => ({
      from: 'Acme <hello@example.com>',
      to: `person${n}@example.com`,
      subject: 'Paced',
      text: 'Hello',
    }))
    for (let sent = 0; sent < RATE * (SECONDS + 15); sent += batch.length) {
      const response = await fetch(`${stack.api}/emails/batch`, {
        method: 'POST',
        headers: { authorization: `Bearer ${stack.apiKey}` },
        body: JSON.stringify(batch),
      })
      expect(response.status).toBe(200)
      await response.body?.cancel()
    }
    await setTimeout((SECONDS + 8) * 1000)
    const response = await fetch(`${stack.simulator.url}/_sim/ledger`)
    const ledger: Ledger = JSON.parse(await response.text())
    const calls = ledger.calls
      .filter(({ operation }) => operation.startsWith('Send'))
      .map(({ at, answered, attempts }) => ({
        at,
        answered,
        recipients: attempts.length,
      }))
    expect(calls.filter(({ answered }) => answered !== 200)).toEqual([])

    const start = (calls[0]?.at ?? 0) + 5000
    const steady = calls.filter(({ at }) => at >= start && at < start + SECONDS * 1000)
    const used = sum(steady) / (RATE * SECONDS)
    console.info(`used ${(used * 100).toFixed(1)} % of the rate over ${SECONDS} s`)
    expect(used).toBeGreaterThan(0.95)
    expect(worstExcess(calls)).toBeLessThanOrEqual(ONE_CALL)
  } finally {
    await stack.close()
    rmSync(directory, { recursive: true, force: true })
  }
})

function sum(calls: { recipients: number }[]): number {
  return calls.reduce((total, { recipients }) => total + recipients, 0)
}

/** Over all windows from one call to another: recipients beyond rate x t. */
function worstExcess(calls: { at: number; recipients: number }[]): number {
  let worst = 0
  for (let from = 0; from < calls.length; from += 1) {
    let recipients = 0
    for (const { at, recipients: more } of calls.slice(from)) {
      recipients += more
      worst = Math.max(worst, recipients - (RATE * (at - (calls[from]?.at ?? 0))) / 1000)
    }
  }
  return worst
}
