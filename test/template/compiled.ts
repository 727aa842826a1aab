import { expect } from 'vitest'
import {
  type Compilation,
  compile,
  type CompileOptions,
  type Source,
} from '../../src/template/compile.ts'
import type { Compiled, Parts } from '../../src/template/compiled.ts'
import type { Fault } from '../../src/template/fault.ts'
import { plainText } from '../../src/template/plain-text.ts'
import type { Variables } from '../../src/template/scope.ts'

export const NOW = Date.UTC(2026, 10, 24, 12)

type Given = Partial<Source & CompileOptions>

export function compilation(given: Given): Compilation {
  const { now = NOW, pixel = false, clicks = false, toText = plainText, ...source } = given
  const whole = { subject: 'News', html: null, text: null, previewText: null, ...source }
  return compile(whole, { now, pixel, clicks, toText })
}

export function compiled(given: Given): Compiled {
  const result = compilation(given)
  if (result.type === 'faulty') expect.fail(JSON.stringify(result.faults))
  return result.compiled
}

export function faults(given: Given): Fault[] {
  const result = compilation(given)
  return result.type === 'faulty' ? result.faults : []
}

export function whole(given: Given, variables: Variables): Parts {
  const result = compiled(given).whole(variables)
  if (result.type !== 'rendered') expect.fail(JSON.stringify(result))
  return result.parts
}

export const html = (source: string, variables: Variables = {}): string | null =>
  whole({ html: source }, variables).html

export const text = (source: string, variables: Variables = {}): string | null =>
  whole({ text: source }, variables).text

export const missing = (source: string, variables: Variables): string[] =>
  compiled({ html: source }).missing(variables)
