/** Ctrl-C is an ordinary end: what was started ends in the `exit` handlers of those who started it. */
export function exitOnSignals(code: number): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => process.exit(code))
  }
}
