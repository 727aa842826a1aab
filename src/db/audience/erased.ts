const FOUND = `SELECT hash FROM erased WHERE hash IN (SELECT value FROM json_each(?1))`

/**
 * Finds which of some addresses are of people who were erased. `hash`: the keyed hash of an address.
 * Hashing takes longer than asking whether there is anybody to be found.
 */
export function erasedFinder(
  db: D1Database,
  hash: (address: string) => string,
): (addresses: string[]) => Promise<Set<string>> {
  let isAny = false
  return async (addresses) => {
    if (addresses.length === 0) return new Set()
    // The first person may be erased while an upload is read.
    isAny ||= await hasErased(db)
    if (!isAny) return new Set()
    const byHash = new Map(addresses.map((address) => [hash(address), address]))
    const { results } = await db
      .prepare(FOUND)
      .bind(JSON.stringify([...byHash.keys()]))
      .all<{ hash: string }>()
    return new Set(results.flatMap(({ hash }) => byHash.get(hash) ?? []))
  }
}

async function hasErased(db: D1Database): Promise<boolean> {
  return (await db.prepare('SELECT 1 AS found FROM erased LIMIT 1').first()) !== null
}

/** From then on they can be written to again, as somebody new. False: nobody of this hash was erased. */
export async function forgetErasure(db: D1Database, hash: string): Promise<boolean> {
  const deleted = await db.prepare('DELETE FROM erased WHERE hash = ?1').bind(hash).run()
  return deleted.meta.changes === 1
}
