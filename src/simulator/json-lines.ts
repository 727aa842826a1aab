const LINES_A_PIECE = 1000

/** One record a line, made as fast as the reader takes them. */
export function jsonLines(records: Iterator<object>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream({
    pull(controller) {
      const lines: string[] = []
      for (let next = records.next(); next.done !== true; next = records.next()) {
        lines.push(`${JSON.stringify(next.value)}\n`)
        if (lines.length === LINES_A_PIECE) break
      }
      if (lines.length === 0) controller.close()
      else controller.enqueue(encoder.encode(lines.join('')))
    },
  })
}
