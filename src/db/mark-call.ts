const MARK = `INSERT INTO calls (claimed_at, claim_token, number, attempts)
SELECT ?1, ?2, ?3, ?4
WHERE (SELECT count(*) FROM json_each(?4) j JOIN emails e ON e.id = substr(j.value, 1, 36)
  WHERE e.attempt = j.value AND e.state = 'sending' AND e.evidence_at IS NULL) = json_array_length(?4)`

/** Where an email's attempt stands in `calls`; says "was called" of a row of `emails`. */
export const WAS_CALLED = `EXISTS (SELECT 1 FROM calls c, json_each(c.attempts) a
  WHERE c.claimed_at = emails.claimed_at AND c.claim_token = substr(emails.attempt, -8)
    AND a.value = emails.attempt)`

export interface Call {
  claimedAt: number
  claimToken: string
  /** Which call of its claim. */
  number: number
  attempts: string[]
}

/**
 * Written just before a call to SES, only while every one of the emails still holds its attempt.
 * False: one was lost, so the call must not be made. Throws: unclear, so neither.
 */
export async function markCall(db: D1Database, call: Call): Promise<boolean> {
  const result = await db
    .prepare(MARK)
    .bind(call.claimedAt, call.claimToken, call.number, JSON.stringify(call.attempts))
    .run()
  return result.meta.changes === 1
}
