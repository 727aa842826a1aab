/** Letters and emails are compared each with each. */
const MAX_LETTERS = 500

const LETTERS = `SELECT count(*) AS letters FROM dead_letters WHERE queue LIKE '%-events'`

/** An attempt id begins with the id of its email, so whatever tells of an email names it. */
const NAMED = `SELECT value AS id FROM json_each(?1) WHERE EXISTS (
  SELECT 1 FROM (SELECT body FROM dead_letters WHERE queue LIKE '%-events' LIMIT ${MAX_LETTERS})
  WHERE instr(body, value) > 0)`

/**
 * Which of these emails a dead letter of the events queue names, however late it was queued; null
 * when there are too many letters to look into.
 */
export async function namedInDeadLetters(
  db: D1Database,
  emailIds: string[],
): Promise<Set<string> | null> {
  const [counted, named] = await db.batch<{ letters: number } | { id: string }>([
    db.prepare(LETTERS),
    db.prepare(NAMED).bind(JSON.stringify(emailIds)),
  ])
  const first = counted?.results[0]
  if (first !== undefined && 'letters' in first && first.letters > MAX_LETTERS) return null
  return new Set((named?.results ?? []).flatMap((row) => ('id' in row ? [row.id] : [])))
}
