/** Production's times made small enough to watch, and still in proportion: a call that is late can never come after its doubt was settled. */
export const SCALED_TIMES = {
  CALL_TIMEOUT_SECONDS: '2',
  CLAIM_FRESH_SECONDS: '2',
  LEASE_SECONDS: '4',
  DOUBT_WINDOW_SECONDS: '15',
  PROOF_SECONDS: '1',
  CANARY_SECONDS: '1',
  SNS_RETRY_SECONDS: '2',
}
export const SCALED_SWEEP_SECONDS = 1

/** The simulated account that goes with them: slow enough to be struck in the middle of a call. */
export const SCALED_ACCOUNT = { latencyMs: 60, signatureSeconds: 4 }

/** Takes a broadcast as fast as this machine sends it, and answers as SES does from nearby. */
export const DEMO_ACCOUNT = { maxSendRate: 10_000, latencyMs: 50 }
