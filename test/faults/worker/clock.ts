let offset = 0
const honest = Date.now

/** What the Worker takes for the time: it may be off. */
export function watchClock(): void {
  Date.now = () => honest() + offset
}

export function setClock(offsetMs: number): void {
  offset = offsetMs
}
