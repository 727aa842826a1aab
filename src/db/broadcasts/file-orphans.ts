/** `broadcasts/<id>/…` */
const BROADCAST = `substr(k.value, length('broadcasts/') + 1, 36)`

const ORPHANS = `SELECT k.value AS file FROM json_each(?1) k LEFT JOIN broadcasts b ON b.id = ${BROADCAST}
WHERE b.id IS NULL OR (b.state NOT IN ('draft', 'scheduled') AND NOT EXISTS (
  SELECT 1 FROM json_each(b.attachments) a WHERE a.value->>'file' = k.value))`

/**
 * Of these files of broadcasts: those of which no row speaks. A draft may still be about to; what it
 * does not name is written over by its next change or goes once it has left draft.
 */
export async function fileOrphans(db: D1Database, files: string[]): Promise<string[]> {
  const { results } = await db.prepare(ORPHANS).bind(JSON.stringify(files)).all<{ file: string }>()
  return results.map(({ file }) => file)
}
