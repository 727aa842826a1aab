import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export const projectRoot = join(import.meta.dirname, '../..')

export const readme = readFileSync(join(projectRoot, 'README.md'), 'utf8')

/** What stands under a heading, deeper headings included. Throws when there is none of that name. */
export function section(heading: string): string {
  const start = new RegExp(`^(#+) ${heading.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`, 'm').exec(
    readme,
  )
  if (start === null) throw new Error(`The README has no heading '${heading}'`)
  const depth = start[1]?.length ?? 1
  const rest = readme.slice(start.index + start[0].length)
  const end = new RegExp(`^#{1,${depth}} `, 'm').exec(rest)
  return end === null ? rest : rest.slice(0, end.index)
}

/** The fenced blocks of a language, as a reader would paste them. */
export function blocks(text: string, language: string): string[] {
  const fenced = new RegExp(`^( *)\`\`\`${language}\\n(.*?)^\\1\`\`\`$`, 'gms')
  return [...text.matchAll(fenced)].map(([, indent = '', code = '']) =>
    code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  )
}

/** The cells of each row of every table, without headings and rulers; the ticks of code are taken off. */
export function rows(text: string): string[][] {
  const lines = text.split('\n').filter((line) => line.startsWith('|'))
  return lines
    .filter((line, at) => !isRuler(line) && !isRuler(lines[at + 1] ?? ''))
    .map((line) =>
      line
        .slice(1, line.lastIndexOf('|'))
        .split('|')
        .map((cell) => cell.trim().replace(/^`([^`]*)`$/, '$1')),
    )
}

function isRuler(line: string): boolean {
  return /^\|[ |:-]+$/.test(line)
}
