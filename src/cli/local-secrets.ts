import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { newApiKey } from '../domain/api-key.ts'

const secrets = z.strictObject({
  TOKEN_KEYS: z.string(),
  ADDRESS_KEY: z.string(),
  apiKey: z.string(),
})
export type LocalSecrets = z.infer<typeof secrets>

const KEY_BYTES = 32

/** Made once, then the same for every start in this directory. */
export function localSecrets(directory: string): LocalSecrets {
  const path = join(directory, 'secrets.json')
  if (existsSync(path)) return secrets.parse(JSON.parse(readFileSync(path, 'utf8')))
  const made = {
    TOKEN_KEYS: `local:${randomBytes(KEY_BYTES).toString('base64url')}`,
    ADDRESS_KEY: randomBytes(KEY_BYTES).toString('base64url'),
    apiKey: newApiKey(randomBytes).key,
  }
  mkdirSync(directory, { recursive: true })
  writeFileSync(path, JSON.stringify(made, null, 2), { mode: 0o600 })
  return made
}
