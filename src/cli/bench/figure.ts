/** One line of the table and one line of JSON. */
export interface Figure {
  figure: string
  /** In words, as it was set; null where it is only told. */
  toReach: string | null
  reached: string
  /** Null where there is nothing to reach. */
  isReached: boolean | null
  /** The number behind `reached`, in `unit`. */
  value: number
  unit: string
  /** How it was counted. */
  how: string
  /** What else was seen. */
  seen?: Record<string, unknown>
}

/** A table in Markdown; what was not reached says so. */
export function figureTable(figures: readonly Figure[]): string {
  const lines = figures.map(({ figure, toReach, reached, isReached, how }) =>
    row([figure, toReach ?? '', isReached === false ? `${reached} (NOT reached)` : reached, how]),
  )
  return [
    row(['figure', 'to reach', 'reached', 'how counted']),
    '|---|---|---|---|',
    ...lines,
  ].join('\n')
}

export function figureLines(figures: readonly Figure[]): string {
  return figures.map((figure) => JSON.stringify(figure)).join('\n')
}

function row(cells: string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

export function count(value: number): string {
  return Math.round(value).toLocaleString('en')
}
