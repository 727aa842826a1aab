import { format } from 'node:util'
import { takeBreaches } from '../support/invocation.ts'

export { assert, expect, vi } from 'vitest'

type Body = (...args: unknown[]) => unknown

export interface Collected {
  /** Of the file, as its module is imported. */
  file: string
  name: string
  run(): Promise<void>
}

interface Hooks {
  before: Body[]
  after: Body[]
}

const tests: Collected[] = []
let file = ''
let hooks: Hooks = { before: [], after: [] }

/** The tests that a file declares while it is imported. */
export async function collect(path: string, load: () => Promise<unknown>): Promise<Collected[]> {
  file = path
  hooks = { before: [], after: [] }
  await load()
  return tests.splice(0)
}

export function beforeAll(hook: Body): void {
  hooks.before.push(hook)
}
export function beforeEach(hook: Body): void {
  hooks.before.push(hook)
}
export function afterEach(hook: Body): void {
  hooks.after.push(hook)
}

/** As Vitest's own, as far as the runtime tests use it. */
export function test(name: string, body: Body): void {
  add(name, body)
}
test.each =
  (rows: readonly unknown[]) =>
  (name: string, body: Body): void => {
    for (const row of rows) {
      const args = Array.isArray(row) ? row : [row]
      add(titled(name, args), () => body(...args))
    }
  }
test.for =
  (rows: readonly unknown[]) =>
  (name: string, body: Body): void => {
    for (const row of rows) add(titled(name, Array.isArray(row) ? row : [row]), () => body(row))
  }

function titled(name: string, args: unknown[]): string {
  const [first] = args
  const named = name.replace(/\$(\w+)/g, (whole, key: string) =>
    typeof first === 'object' && first !== null && key in first
      ? String(Reflect.get(first, key))
      : whole,
  )
  const places = named.match(/%[sdifjoO]/g)?.length ?? 0
  return format(named, ...args.slice(0, places))
}

function add(name: string, body: Body): void {
  const { before, after } = hooks
  tests.push({
    file,
    name,
    async run() {
      takeBreaches()
      for (const hook of before) await hook()
      try {
        await body()
      } finally {
        for (const hook of after) await hook()
      }
      const breaches = takeBreaches()
      if (breaches.length > 0) throw new Error(breaches.join('; '))
    },
  })
}
