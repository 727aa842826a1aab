/** Recipients that leave for SES at a moment, in epoch milliseconds. */
export interface Departure {
  at: number
  recipients: number
}

/** What the fullest window holds beyond rate x t and one call, found by carrying the worst one that ends here. */
export function excess(rate: number, departures: Departure[]): number {
  const sorted = departures.toSorted((a, b) => a.at - b.at)
  const oneCall = Math.max(Math.min(50, rate), 1, largestOf(sorted))
  let held = 0
  let worst = 0
  let last = sorted[0]?.at ?? 0
  for (const { at, recipients } of sorted) {
    held = Math.max(0, held - (rate * (at - last)) / 1000) + recipients
    worst = Math.max(worst, held)
    last = at
  }
  return worst - oneCall
}

export function largestOf(departures: Departure[]): number {
  return departures.reduce((largest, { recipients }) => Math.max(largest, recipients), 0)
}

export function total(departures: Departure[]): number {
  return departures.reduce((sum, { recipients }) => sum + recipients, 0)
}
