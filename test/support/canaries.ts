import { format } from 'node:util'

/** Marks that stand in addresses, subjects and bodies of tests and must never be logged. */
export const CANARY = /canary-/i

export interface Canaries {
  /** A secret of this run: a token, a key. */
  add(secret: string): void
  /** Log lines that hold one of them. */
  leaked(): string[]
  /** Lines logged so far. */
  lines(): number
}

const METHODS = ['debug', 'error', 'info', 'log', 'warn'] as const

/** Listens to everything that is logged in this isolate from now on. */
export function keptCanaries(): Canaries {
  const secrets = new Set<string>()
  const lines: string[] = []
  for (const method of METHODS) {
    const log = console[method].bind(console)
    console[method] = (...given: unknown[]) => {
      lines.push(given.map(written).join(' '))
      log(...given)
    }
  }
  return {
    add: (secret) => void (secret !== '' && secrets.add(secret)),
    leaked: () =>
      lines.filter(
        (line) => CANARY.test(line) || [...secrets].some((secret) => line.includes(secret)),
      ),
    lines: () => lines.length,
  }
}

/** As people would read it, causes and stacks of errors included. */
function written(given: unknown): string {
  if (typeof given === 'string') return given
  return `${format('%o', given)} ${JSON.stringify(given, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))}`
}
