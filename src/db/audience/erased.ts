const FOUND = `SELECT hash FROM erased WHERE hash IN (SELECT value FROM json_each(?1))`

/** Which of the addresses are of people who were erased. `hash`: their keyed hash. */
export async function erasedAmong(
  db: D1Database,
  addresses: string[],
  hash: (address: string) => string,
): Promise<Set<string>> {
  if (addresses.length === 0 || !(await hasErased(db))) return new Set()
  const byHash = new Map(addresses.map((address) => [hash(address), address]))
  const { results } = await db
    .prepare(FOUND)
    .bind(JSON.stringify([...byHash.keys()]))
    .all<{ hash: string }>()
  return new Set(results.flatMap(({ hash }) => byHash.get(hash) ?? []))
}

/** Hashing takes longer than asking whether there is anybody to be found. */
async function hasErased(db: D1Database): Promise<boolean> {
  return (await db.prepare('SELECT 1 AS found FROM erased LIMIT 1').first()) !== null
}
