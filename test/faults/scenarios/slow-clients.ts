import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import type { Lab } from '../lab.ts'
import type { Scenario } from '../scenario.ts'
import { resend } from '../world.ts'

const SECOND = 1000
const SOCKETS = 300
const ATTACK_SECONDS = 20
const PROBES = 40
/** A machine with two cores and three processes on them is not a clock. */
const NOISE_MS = 300

/** Slow headers, and slow bodies, where a body is read before anybody has to say who he is. */
const MODES = ['-H', '-B']

export const slowClients: Scenario = {
  name: 'F19',
  says: 'hundreds of clients send their headers and bodies a byte at a time, and others are answered as before',
  world: resend,
  async run(lab) {
    if (spawnSync('which', ['slowhttptest']).status !== 0) {
      console.warn('F19 needs slowhttptest, a package of Debian: not run')
      return
    }
    const quiet = await p99(lab)
    for (const mode of MODES) {
      const args = [mode, '-c', SOCKETS, '-r', SOCKETS, '-i', 2, '-l', ATTACK_SECONDS, '-p', 3]
      const attack = spawn('slowhttptest', [...args.map(String), '-u', `${lab.stack.api}/sns`], {
        stdio: 'ignore',
      })
      const ended = once(attack, 'exit')
      try {
        await setTimeout(2 * SECOND)
        const open = await connections(Number(new URL(lab.stack.api).port))
        if (open < SOCKETS / 2) lab.notes.push(`${mode}: only ${open} slow clients are connected`)
        // Others work on this machine, too: what a slow client does to us, it does twice.
        const during = Math.min(await p99(lab), await p99(lab))
        if (during > 2 * quiet + NOISE_MS) {
          lab.notes.push(
            `${mode}: accepting took ${during} ms at the 99th percentile, not ${quiet}`,
          )
        }
      } finally {
        attack.kill('SIGKILL')
        await ended
      }
    }
  },
  check: (_, lab) => lab.notes.splice(0),
}

/** Established to that port on this machine, as the kernel lists them (proc(5), /proc/net/tcp). */
async function connections(port: number): Promise<number> {
  const table = await readFile('/proc/net/tcp', 'utf8')
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const rows = table.split('\n').map((row) => row.trim().split(/\s+/))
  return rows.filter(([, from = '', , state]) => from.endsWith(local) && state === '01').length
}

/** Of accepting an email, milliseconds. */
async function p99(lab: Lab): Promise<number> {
  const times: number[] = []
  for (let n = 0; n < PROBES; n += 1) {
    const startedAt = performance.now()
    await lab.traffic.send({ emails: 1, singleShare: 1 })
    times.push(performance.now() - startedAt)
  }
  const sorted = times.toSorted((a, b) => a - b)
  return Math.round(sorted[Math.floor(PROBES * 0.99)] ?? Infinity)
}
