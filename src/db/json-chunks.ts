/** Half of what D1 takes as one value, which is 2 MB. */
const MAX_PARAMETER_BYTES = 1_000_000

/** Rows as JSON lists for `json_each(?1)`, each at most 1 MB unless one row alone is larger. */
export function jsonChunks(rows: unknown[]): string[] {
  const chunks: string[] = []
  let chunk: string[] = []
  let bytes = 0
  for (const row of rows) {
    const json = JSON.stringify(row)
    const size = new TextEncoder().encode(json).length + 1
    if (chunk.length > 0 && bytes + size > MAX_PARAMETER_BYTES) {
      chunks.push(`[${chunk.join(',')}]`)
      chunk = []
      bytes = 0
    }
    chunk.push(json)
    bytes += size
  }
  if (chunk.length > 0) chunks.push(`[${chunk.join(',')}]`)
  return chunks
}
