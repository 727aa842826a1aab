import { execFile } from 'node:child_process'
import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { listSubscriptions } from '../../../src/aws/event-channel.ts'
import { callSns } from '../../../src/aws/signed-call.ts'
import { LOCAL_CREDENTIALS } from '../../../src/cli/simulator-process.ts'
import { until } from '../../../src/cli/until.ts'
import { gatherEvidence } from '../evidence.ts'
import { neverRecorded } from '../invariants/events.ts'
import type { Scenario } from '../scenario.ts'
import { outage, setBack } from '../world.ts'

const run = promisify(execFile)
const SECOND = 1000
const TOPIC = 'arn:aws:sns:eu-west-1:000000000000:aerogram-local'
/** Twenty minutes of production beside an hour of SNS's patience, and two hours. */
const SHORT_MS = 4 * SECOND
const LONG_MS = 14 * SECOND
/** Two seconds for an hour. */
const IMPATIENT = { minDelayTarget: 1, maxDelayTarget: 1, numRetries: 2 }

export const ingestDown: Scenario = {
  name: 'F15',
  says: 'nobody takes events in for a while, and then for longer than SNS tries; calls are ambiguous',
  world: outage,
  async run(lab, size) {
    const half = Math.ceil(size.recipients / 2)
    const down = async (ms: number) => {
      lab.driver.strikes(async (point) => (point === 'sns before' ? { fail: 'away' } : 'go'))
      await lab.faults({ fault: 'cut_after', p: 0.3 }, { fault: 'error_before', p: 0.1 })
      await lab.traffic.send({ emails: half })
      await setTimeout(ms)
      lab.driver.strikes(null)
    }
    await down(SHORT_MS)
    await makeImpatient(lab.stack.simulator.url)
    await down(LONG_MS)
    await until(
      'The record of all that SNS gave up on',
      60 * SECOND,
      async () => neverRecorded(await gatherEvidence(lab)).length === 0,
      SECOND,
    )
  },
  check: (evidence) => neverRecorded(evidence).slice(0, 5),
}

async function makeImpatient(endpoint: string): Promise<void> {
  const access = {
    ...LOCAL_CREDENTIALS,
    region: 'eu-west-1',
    sesEndpoint: endpoint,
    snsEndpoint: endpoint,
    sqsEndpoint: endpoint,
  }
  for (const { arn } of await listSubscriptions(TOPIC, access)) {
    const change = {
      SubscriptionArn: arn ?? '',
      AttributeName: 'DeliveryPolicy',
      AttributeValue: JSON.stringify({ healthyRetryPolicy: IMPATIENT }),
    }
    await callSns('SetSubscriptionAttributes', change, access)
  }
}

export const databaseSetBack: Scenario = {
  name: 'F27',
  says: 'D1 is set back to when everything was still queued: nothing leaves before a person says so, and nobody gets it twice',
  world: setBack,
  // Attempts made after the moment it was set back to are gone from it, and what may have been claimed
  // since then is in doubt and held, however much that is.
  excuses: ['I4', 'IU'],
  async run(lab, size) {
    const database = join(lab.directory, 'state/v3/d1')
    const before = join(lab.directory, 'd1-before')
    const sent = async () =>
      (await lab.calls()).filter(({ operation }) => operation.startsWith('Send')).length
    await lab.traffic.send({ emails: 20 })
    await lab.traffic.call('/-/sending/pause', {})
    await lab.traffic.send({ emails: Math.min(size.recipients, 200) })
    await lab.restart(async () => {
      await rm(before, { recursive: true, force: true })
      await cp(database, before, { recursive: true })
    })
    await lab.traffic.call('/-/sending/resume', {})
    const calls = await sent()
    await until('Sending', 30 * SECOND, async () => (await sent()) > calls + 5, 100)
    await lab.restart(async () => {
      await rm(database, { recursive: true })
      await cp(before, database, { recursive: true })
      const state = join(lab.directory, 'state')
      await run(process.execPath, [
        'src/cli/restore-check.ts',
        '--local',
        '--persist-to',
        state,
        '--window-seconds',
        lab.world.settings['DOUBT_WINDOW_SECONDS'] ?? '',
      ])
    })
    const ended = await sent()
    await setTimeout(5 * SECOND)
    const since = (await sent()) - ended
    if (since > 0) lab.notes.push(`${since} calls before anybody said that sending may go on`)
    await lab.traffic.call('/-/sending/resume', {})
  },
  check: (_, lab) => lab.notes.splice(0),
  settles: 90,
}
