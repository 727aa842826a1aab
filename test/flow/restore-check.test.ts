import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { migrate } from '../../src/cli/bundle.ts'
import { d1Execute } from '../../src/cli/d1-execute.ts'
import { uuidv7 } from '../../src/domain/id.ts'

const run = promisify(execFile)
const command = join(import.meta.dirname, '../../src/cli/restore-check.ts')

const MADE_AT = Date.now() - 60_000
const idOf = (n: number) => uuidv7(MADE_AT, n, new Uint8Array(8))

test('after a restore sending is paused and what may have been sent is in doubt, as it says', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'aerogram-restore-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  await migrate(directory)
  const place = { local: true, 'persist-to': directory }
  const anEmail = (n: number, state: string, due: number | 'NULL') =>
    `INSERT INTO emails (id, content_id, address, priority, doubt_policy, state, due_at)
     VALUES ('${idOf(n)}', '${idOf(n)}', 'a@b.dev', 'high', 'resend', '${state}', ${due})`
  await d1Execute(place, [
    anEmail(1, 'queued', Date.now() - 5),
    anEmail(2, 'sending', Date.now() + 5000),
    anEmail(3, 'scheduled', Date.now() + 600_000),
    anEmail(4, 'sent', 'NULL'),
    `INSERT INTO broadcasts (id, name, sender, subject, brake, state, created_at, changed_at)
     VALUES ('${idOf(5)}', 'News', 'a@b.dev', 'News', '{}', 'draft', 0, 0)`,
  ])

  const { stdout } = await run(process.execPath, [
    command,
    '--local',
    '--persist-to',
    directory,
    '--window-seconds',
    '60',
  ])
  expect(stdout.split('\n')).toEqual([
    'Sending is paused.',
    'In doubt now: 1 queued, 1 being sent.',
    `Left as a draft: broadcast ${idOf(5)} News`,
    expect.stringContaining('Delete it'),
    expect.stringContaining('POST /-/sending/resume'),
    '',
  ])
  const [emails, settings] = await d1Execute(place, [
    'SELECT state, due_at - claimed_at AS window FROM emails ORDER BY id',
    'SELECT name, value FROM settings',
  ])
  expect(emails).toMatchObject([
    { state: 'in_doubt', window: 60_000 },
    { state: 'in_doubt', window: 60_000 },
    { state: 'scheduled' },
    { state: 'sent' },
  ])
  expect(settings).toEqual([{ name: 'sending', value: 'paused' }])
})

test('without a place nothing is touched', async () => {
  await expect(run(process.execPath, [command])).rejects.toThrow('Which environment?')
})
