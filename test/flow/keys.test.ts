import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { migrate } from '../../src/cli/bundle.ts'

const run = promisify(execFile)
const command = join(import.meta.dirname, '../../src/cli/keys.ts')

async function keys(...args: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [command, ...args])
  return stdout.trim()
}

test('a key is made, shown once, listed without its secret and revoked', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'aerogram-keys-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const local = ['--local', '--persist-to', directory]
  await migrate(directory)

  const key = await keys('create', ...local, '--name', "Ada's", '--scope', 'sending_access')
  expect(key).toMatch(/^re_[A-Za-z0-9]{8}_[A-Za-z0-9]{32}$/)
  const id = key.split('_')[1] ?? ''

  const listed = await keys('list', ...local)
  expect(listed).toMatch(new RegExp(`^${id}  sending_access  \\d{4}-\\d\\d-\\d\\d  Ada's$`))

  expect(await keys('revoke', id, ...local)).toBe(`${id} is revoked`)
  expect(await keys('list', ...local)).toContain('revoked')
})

test('without an environment no key is made', async () => {
  await expect(keys('create')).rejects.toThrow('Which environment?')
})
