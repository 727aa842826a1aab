import { hasLeft } from '../consent-sql.ts'

const LEFT = `SELECT DISTINCT value AS address FROM json_each(?1)
WHERE ${hasLeft('value', '?2')} ORDER BY address`

/** Which of the addresses have asked out of a topic, or of all broadcasts. */
export async function haveLeft(
  db: D1Database,
  addresses: string[],
  topicId: string | null,
): Promise<string[]> {
  const { results } = await db
    .prepare(LEFT)
    .bind(JSON.stringify(addresses), topicId ?? '')
    .all<{ address: string }>()
  return results.map(({ address }) => address)
}
