import { DurableObject } from 'cloudflare:workers'
import type { AccountState } from '../domain/account.ts'
import type { Ask } from './bucket.ts'
import * as pacing from './pace.ts'
import type { Grant, Kept, Pace, Trouble } from './pace.ts'
import { type GovernorReport, reportOf } from './report.ts'

const TICK = 1000
/** So long after the last call the account is still read regularly. */
const IN_USE = 15 * 60 * 1000

export interface GovernorWiring {
  /** GetAccount. Throws when there is no answer. */
  readAccount(): Promise<AccountState>
  /** 0 to 1: the part of the account's rate and quota that is ours. */
  share: number
  /** Tops up the released ranges of broadcasts, given the recipients a second that may go at present; true while there is more to release. */
  release?(perSecond: number): Promise<boolean>
}

/** The Worker exports the class; which account it reads and what it releases is decided there. */
export function governorClass<Env>(wiring: (env: Env) => GovernorWiring) {
  return class extends GovernorObject<Env> {
    constructor(ctx: DurableObjectState, env: Env) {
      super(ctx, env, wiring(env))
    }
  }
}

/** One object per AWS account and region. The balance lives in memory; sends and stops outlive the process. */
export class GovernorObject<Env = unknown> extends DurableObject<Env> {
  #wiring: GovernorWiring
  #pace: Pace
  #reading: Promise<void> | null = null
  #usedAt = 0
  #alarmAt = Infinity
  #workAsked = 0

  constructor(ctx: DurableObjectState, env: Env, wiring: GovernorWiring) {
    super(ctx, env)
    this.#wiring = wiring
    const kept: Kept = {
      hours: [],
      stop: null,
      quotaToldAt: null,
      ...this.#kv.get<Pick<Kept, 'hours'>>('sends'),
      ...this.#kv.get<Pick<Kept, 'stop' | 'quotaToldAt'>>('stops'),
    }
    this.#pace = pacing.startPace(wiring.share, kept, Date.now())
  }

  async take(ask: Ask): Promise<Grant> {
    const now = Date.now()
    this.#usedAt = now
    void this.#readIfDue(now)
    const { pace, grant } = pacing.grantTurns(this.#pace, ask, now)
    this.#keep(pace)
    await this.#wake(now)
    return grant
  }

  /** `at` is the grant's. */
  async giveBack(returned: { recipients: number; at?: number }): Promise<void> {
    this.#keep(pacing.returnTurn(this.#pace, returned, Date.now()))
  }

  /** What a call to SES came back with. */
  async report(trouble: Trouble): Promise<void> {
    const now = Date.now()
    this.#keep(pacing.told(this.#pace, trouble, now))
    console.warn('account trouble', { type: trouble.type })
    void this.#readIfDue(now)
    await this.#wake(now)
  }

  async state(): Promise<GovernorReport> {
    await this.#readIfDue(Date.now())
    const now = Date.now()
    return reportOf(pacing.atNow(this.#pace, now), now)
  }

  /** There are broadcasts to release: the alarm ticks, first at once, until the release says there are none. */
  async work(): Promise<void> {
    this.#workAsked += 1
    if (!this.#working) this.#kv.put('working', true)
    await this.#wakeAt(Date.now())
  }

  override async alarm(): Promise<void> {
    const now = Date.now()
    this.#alarmAt = Infinity
    // Before the work: a process that dies in it ticks on.
    await this.#wake(now)
    const reading = this.#readIfDue(now)
    await this.#tick()
    if (!this.#working) {
      await reading
      await this.ctx.storage.deleteAlarm()
      this.#alarmAt = Infinity
      await this.#wake(Date.now())
    }
  }

  async #tick(): Promise<void> {
    if (!this.#working) return
    const asked = this.#workAsked
    try {
      const now = Date.now()
      const { rate, stopped } = reportOf(pacing.atNow(this.#pace, now), now)
      const more = (await this.#wiring.release?.(stopped === null ? rate : 0)) ?? false
      if (!more && asked === this.#workAsked) this.#kv.delete('working')
    } catch (error) {
      console.error('release failed', { error: String(error) })
    }
  }

  async #readIfDue(now: number): Promise<void> {
    if (this.#reading === null && now >= pacing.nextReadAt(this.#pace, now)) {
      this.#pace = pacing.readStarted(this.#pace, now)
      this.#reading = this.#read().finally(() => (this.#reading = null))
    }
    await this.#reading
  }

  async #read(): Promise<void> {
    try {
      const account = await this.#wiring.readAccount()
      this.#keep(pacing.accountRead(this.#pace, account, Date.now()))
    } catch (error) {
      this.#pace = pacing.readFailed(this.#pace)
      console.warn('account not read', { error: String(error) })
    }
  }

  /** Written before the grant is answered (the runtime holds the answer back for it): a process that dies forgets no send. */
  #keep(pace: Pace): void {
    const { hours, stop, quotaToldAt } = this.#pace
    this.#pace = pace
    if (pace.hours !== hours) this.#kv.put('sends', { hours: pace.hours })
    if (pace.stop !== stop || pace.quotaToldAt !== quotaToldAt) {
      this.#kv.put('stops', { stop: pace.stop, quotaToldAt: pace.quotaToldAt })
    }
  }

  /** Sets the alarm to the next tick or reading, unless an earlier one is set. */
  async #wake(now: number): Promise<void> {
    const tickAt = this.#working ? now + TICK : Infinity
    const inUse = now - this.#usedAt < IN_USE
    const readAt = inUse ? Math.max(now + TICK, pacing.nextReadAt(this.#pace, now)) : Infinity
    await this.#wakeAt(Math.min(tickAt, readAt))
  }

  async #wakeAt(at: number): Promise<void> {
    if (at >= this.#alarmAt) return
    this.#alarmAt = at
    await this.ctx.storage.setAlarm(at)
  }

  get #working(): boolean {
    return this.#kv.get<boolean>('working') === true
  }

  get #kv(): SyncKvStorage {
    return this.ctx.storage.kv
  }
}
