import type { Progress } from './settle.ts'

const PLAIN_EVERY_MS = 2000

/** Shows progress as one line that is drawn anew on a terminal, as a line now and then elsewhere. */
export function progressLine(out: NodeJS.WriteStream): (line: string) => void {
  let shown = ''
  let shownAt = 0
  return (line) => {
    if (line === shown) return
    // A line that wraps cannot be drawn over.
    if (out.isTTY) out.write(`\r\u001B[K${line.slice(0, out.columns - 1)}`)
    else if (Date.now() - shownAt > PLAIN_EVERY_MS) out.write(`${line}\n`)
    else return
    shown = line
    shownAt = Date.now()
  }
}

export function emailsLine({ asked, statuses }: Progress): string {
  const counts = new Map<string, number>()
  let opened = 0
  for (const { status, emails, opened: some } of statuses) {
    counts.set(status, (counts.get(status) ?? 0) + emails)
    opened += some
  }
  const told = [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .map(([status, emails]) => `${emails} ${status.replaceAll('_', ' ')}`)
  return [`${asked} asked for`, ...told, ...(opened > 0 ? [`${opened} opened`] : [])].join(', ')
}
