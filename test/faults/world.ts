/** What a scenario runs in: the settings of the Worker, and what AWS is like while nothing misbehaves. */
export interface World {
  name: string
  settings: Record<string, string>
  sweepSeconds: number
  account: { maxSendRate: number; latencyMs: number; signatureSeconds: number } & Record<
    string,
    unknown
  >
  /** Factor on the time that events take. */
  eventDelay: number
  /** Kinds of points at which the driver is asked; each costs a request. */
  points: string[]
  /** Miniflare's queues die with workerd; the driver's do not, and do as the driver likes. */
  queues: 'miniflare' | 'driver'
  /** Whether there is a queue for what SNS gives up on; it is there where nothing is said. */
  deadLetters?: 'off'
}

/**
 * Production's times at about a seventieth. In proportion: a call can still be accepted for
 * `signatureSeconds` after its claim, and its doubt is settled well after that.
 */
const SCALED = {
  CALL_TIMEOUT_SECONDS: '2',
  CLAIM_FRESH_SECONDS: '2',
  LEASE_SECONDS: '4',
  DOUBT_WINDOW_SECONDS: '12',
  PROOF_SECONDS: '1',
  SILENCE_SECONDS: '40',
  CANARY_SECONDS: '1',
  SNS_RETRY_SECONDS: '2',
  REQUESTS_PER_SECOND: '1000',
}

const ALL_POINTS = [
  'accept',
  'upload',
  'release',
  'enqueue',
  'claim',
  'mark',
  'call',
  'outcome',
  'sns',
  'record',
  'certificate',
]

export const resend: World = {
  name: 'resend',
  settings: { ...SCALED, DOUBT_POLICY: 'resend' },
  sweepSeconds: 1,
  account: { maxSendRate: 500, latencyMs: 30, signatureSeconds: 4 },
  eventDelay: 0.3,
  points: ['none'],
  queues: 'miniflare',
}
export const hold: World = {
  ...resend,
  name: 'hold',
  settings: { ...SCALED, DOUBT_POLICY: 'hold' },
}
/** Events that never come keep neighbours waiting for their proof; here not for long. */
export const lossy: World = {
  ...resend,
  name: 'lossy',
  settings: { ...resend.settings, SILENCE_SECONDS: '14' },
}
export const lossyHold: World = {
  ...lossy,
  name: 'lossy hold',
  settings: { ...lossy.settings, DOUBT_POLICY: 'hold' },
}
/** Also each query, whatever it is for. */
export const pointed: World = { ...resend, name: 'named points', points: ['db', ...ALL_POINTS] }
/** Where SNS has no patience for a short outage, as it has none for a day. */
export const outage: World = { ...pointed, name: 'outage' }
/** Where SNS waits longer between two tries. */
export const patient: World = {
  ...pointed,
  name: 'patient',
  settings: { ...pointed.settings, SNS_RETRY_SECONDS: '10' },
}
/** Where SNS has nowhere to leave what it gives up on. */
export const unkept: World = {
  ...pointed,
  name: 'unkept',
  settings: { ...pointed.settings, SILENCE_SECONDS: '24' },
  deadLetters: 'off',
}
export const setBack: World = { ...resend, name: 'set back' }
export const driversQueue: World = { ...resend, name: "driver's queues", queues: 'driver' }
/** Small enough to bite. */
export const slow: World = {
  ...resend,
  name: 'slow',
  account: { ...resend.account, maxSendRate: 80 },
}
/** A scenario that turns the Worker's clock on has a world of its own: nobody after it can turn it back. */
export const warped: World = { ...resend, name: 'warped' }
export const warpedQuota: World = { ...resend, name: 'warped quota' }
export const warpedKeys: World = { ...resend, name: 'warped keys' }
