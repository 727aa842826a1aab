import { setTimeout } from 'node:timers/promises'
import { z } from 'zod'
import { startStack, type Stack, type StackOptions } from '../../src/cli/stack.ts'
import { until } from '../../src/cli/until.ts'
import { Driver, type Word } from './driver.ts'
import { type Dice, dice } from './seeded.ts'
import { Traffic } from './traffic.ts'
import type { World } from './world.ts'

const BACK_SECONDS = 30
/** Between two rounds of emails that are only there to reach a point. */
const PAUSE_MS = 100

const ledgerCalls = z.object({
  calls: z.array(
    z.object({
      operation: z.string(),
      answered: z.number().nullable(),
      fault: z.string().optional(),
    }),
  ),
})

/** Everything a scenario breaks things with. */
export class Lab {
  readonly world: World
  readonly seed: number
  readonly dice: Dice
  stack: Stack
  readonly driver: Driver
  readonly traffic: Traffic
  readonly directory: string
  /** How often workerd was killed. */
  kills = 0
  /** What a scenario wants to say of itself in the end. */
  readonly notes: string[] = []
  #warp = 0
  #dying: Promise<void> | null = null

  constructor(parts: Pick<Lab, 'world' | 'seed' | 'stack' | 'driver' | 'directory'>) {
    this.world = parts.world
    this.seed = parts.seed
    this.stack = parts.stack
    this.driver = parts.driver
    this.directory = parts.directory
    this.dice = dice(parts.seed)
    this.traffic = new Traffic(parts.stack.api, parts.stack.apiKey, this.dice, `s${parts.seed}`)
  }

  /** Misbehaviour of SES and SNS, in the place of what was set before; none: they behave. */
  async faults(...rules: object[]): Promise<void> {
    await this.stack.simulator.control('faults', { seed: this.seed, rules })
  }

  async account(change: object): Promise<void> {
    await this.stack.simulator.control('account', change)
  }

  /** SIGKILL to workerd. Resolves when it is back. */
  async kill(): Promise<void> {
    if (this.#dying !== null) return await this.#dying
    const pid = this.stack.worker.pid()
    if (pid === undefined) throw new Error('There is no workerd to kill.')
    const revived = this.stack.revivals()
    this.kills += 1
    process.kill(pid, 'SIGKILL')
    this.#dying = until(
      'The return of workerd',
      BACK_SECONDS * 1000,
      async () => this.stack.revivals() > revived,
    ).finally(() => (this.#dying = null))
    await this.#dying
  }

  /** Kills it so often at random moments, each after it was back. */
  async killAtRandom(times: number, withinMs: number): Promise<void> {
    for (let n = 0; n < times; n += 1) {
      await setTimeout(this.dice.roll() * withinMs)
      await this.kill()
    }
  }

  /** workerd is there, even if it was just killed. */
  async back(): Promise<void> {
    if (this.#dying !== null) await this.#dying
  }

  /** Whoever reached this point gets no answer any more: workerd is dead. */
  async die(): Promise<Word> {
    void this.kill().catch(() => undefined)
    return 'never'
  }

  /** Sends on until something has happened; an error of it is the error of both. */
  async sendUntil(happens: Promise<void>, emails: () => Promise<unknown>): Promise<void> {
    const done = new AbortController()
    const over = happens.finally(() => done.abort())
    over.catch(() => undefined)
    while (!done.signal.aborted) {
      await emails()
      await setTimeout(PAUSE_MS)
    }
    await over
  }

  /** Every call to SES so far. */
  async calls() {
    return ledgerCalls.parse(await this.stack.simulator.control('ledger')).calls
  }

  /** How many of them this misbehaviour has struck. */
  async struckBy(fault: string): Promise<number> {
    return (await this.calls()).filter((call) => call.fault === fault).length
  }

  /** Another version in the place of the running one; it is no death, but as hard on all that is under way. */
  async deploy(): Promise<void> {
    await this.stack.deploy()
    this.kills += 1
  }

  /** How far the Worker's clock is off, until its next death. */
  async clock(offsetMs: number): Promise<void> {
    await until('A clock set', BACK_SECONDS * 1000, async () => {
      await this.toWorker('/-faults/clock', { offsetMs })
      return true
    })
  }

  /**
   * The Worker's clock goes ahead for good: what it put off for minutes is due now. Signatures are
   * taken all the same.
   */
  async warp(ms: number): Promise<void> {
    this.#warp += ms
    await this.account({ signatureSeconds: this.#warp / 1000 + 60 })
    await this.clock(this.#warp)
  }

  /** All of them to their end, even when one fails: nothing may go on behind a scenario's back. */
  async together(...doings: Promise<unknown>[]): Promise<void> {
    for (const done of await Promise.allSettled(doings)) {
      if (done.status === 'rejected') throw done.reason
    }
  }

  /** A made-up batch, straight into the Worker's queue handler. */
  async deliver(queue: string, jobs: object[]): Promise<unknown> {
    return await this.toWorker('/-faults/queue', { queue: `aerogram-local-${queue}`, jobs })
  }

  async toWorker(path: string, body: object): Promise<unknown> {
    const init = { method: 'POST', body: JSON.stringify(body) }
    const response = await fetch(this.stack.api + path, init)
    return await response.json()
  }

  async sql(statement: string): Promise<Record<string, unknown>[]> {
    const [rows] = await this.stack.worker.query([statement])
    return rows ?? []
  }

  /** Everything stops to misbehave. */
  async calm(): Promise<void> {
    this.driver.strikes(null)
    this.driver.queues.mischief = null
    await this.faults()
    const { signatureSeconds } = this.world.account
    await this.account({
      ...this.world.account,
      signatureSeconds: this.#warp / 1000 + signatureSeconds,
    })
    await this.back()
    await this.clock(this.#warp)
  }

  /** Everything ends but the driver, something is done meanwhile, and everything starts where it was. */
  async restart(whileDown: () => Promise<void>): Promise<void> {
    const [port, simulatorPort] = [this.stack.api, this.stack.simulator.url].map((url) =>
      Number(new URL(url).port),
    )
    await this.stack.close()
    await whileDown()
    this.stack = await startStack({
      ...stackOptions(this.world, this.driver, this.directory),
      fresh: false,
      port: port ?? 0,
      simulatorPort: simulatorPort ?? 0,
    })
  }

  async close(): Promise<void> {
    await this.driver.close()
    await this.stack.close()
  }
}

/** Starts the three processes of a run: the Worker, the simulator, and the driver, which is this one. */
export async function startLab(world: World, seed: number, directory: string): Promise<Lab> {
  const driver = new Driver()
  await driver.start()
  try {
    const stack = await startStack({ ...stackOptions(world, driver, directory), fresh: true })
    if (world.queues === 'driver') driver.queues.deliverTo(stack.api)
    return new Lab({ world, seed, stack, driver, directory })
  } catch (error) {
    await driver.close()
    throw error
  }
}

function stackOptions(world: World, driver: Driver, directory: string): Partial<StackOptions> {
  return {
    directory,
    port: 0,
    simulatorPort: 0,
    sweepSeconds: world.sweepSeconds,
    entry: 'test/faults/worker.ts',
    account: world.account,
    eventDelay: world.eventDelay,
    environment: world.settings,
    vars: {
      FAULTS_DRIVER: driver.url,
      FAULTS_POINTS: world.points.join(','),
      FAULTS_QUEUES: world.queues,
      FAULTS_DEAD_LETTERS: world.deadLetters ?? 'on',
    },
  }
}
