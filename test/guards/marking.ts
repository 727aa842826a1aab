import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import type { Plugin } from 'vite'
import { listedGuards, nameOf, presentGuards } from './listed.ts'
import { marked } from './marks.ts'

/** Builds the Worker with every guard marked, and test files so that they hand over their tests. */
export function marking(root: string): Plugin {
  const guards = presentGuards().map((guard, number) => ({ guard, number }))
  const known = new Map(
    listedGuards().map((listed) => [nameOf(listed), listed.fails?.test ?? null]),
  )
  const names = JSON.stringify(
    guards.map(({ guard }) => ({ name: nameOf(guard), fails: known.get(nameOf(guard)) ?? null })),
  )
  return {
    name: 'aerogram:marked-guards',
    enforce: 'pre',
    load(id) {
      const path = id.split('?')[0] ?? id
      const file = relative(root, path)
      if (file === 'test/guards/names.ts') return `export const GUARDS = ${names}`
      const own = guards.filter(({ guard }) => guard.file === file)
      if (own.length > 0) return marked(readFileSync(path, 'utf8'), own)
      if (!file.startsWith('test/') || file.startsWith('test/guards/')) return null
      if (!file.endsWith('.runtime.test.ts')) return null
      return readFileSync(path, 'utf8').replace(
        "from 'vitest'",
        `from '${root}/test/guards/collected.ts'`,
      )
    },
  }
}
