import { execFile } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { projectRoot } from './readme.ts'

/**
 * A directory in which a reader pastes the README's commands: `src` of the project, and instead of
 * the programs that would reach the world scripts of our own, by name.
 */
export function aShell(programs: Record<string, string>, environment: Record<string, string> = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'readme-'))
  symlinkSync(join(projectRoot, 'src'), join(directory, 'src'))
  const bin = join(directory, 'bin')
  mkdirSync(bin)
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`)
    chmodSync(join(bin, name), 0o755)
  }
  const path = `${bin}:${join(projectRoot, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`

  /** Runs blocks one after the other and stops at the first command that fails; what was printed. */
  async function run(...scripts: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(
      'bash',
      ['-euo', 'pipefail', '-c', scripts.join('\n')],
      { cwd: directory, env: { ...process.env, ...environment, PATH: path } },
    )
    return stdout
  }
  return { directory, run }
}
