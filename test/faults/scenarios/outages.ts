import { execFile } from 'node:child_process'
import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { until } from '../../../src/cli/until.ts'
import type { Scenario } from '../scenario.ts'
import { setBack } from '../world.ts'

const run = promisify(execFile)
const SECOND = 1000
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
