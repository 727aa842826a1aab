import { readFile } from 'node:fs/promises'
import { parseEnv } from 'node:util'
import { parse } from 'smol-toml'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { readConfig } from '../src/config.ts'

const read = (name: string) => readFile(new URL(`../${name}`, import.meta.url).pathname, 'utf8')

const { vars } = z
  .object({ vars: z.record(z.string(), z.string()) })
  .parse(parse(await read('wrangler.toml')))
const secrets = parseEnv(await read('.dev.vars.example'))

test('the example secrets and the local vars make a configuration', () => {
  expect(readConfig({ ...vars, ...secrets }).ENVIRONMENT).toBe('local')
})

test.for(Object.keys(secrets))('without the secret %s there is none', (name) => {
  const { [name]: _missing, ...others } = secrets
  expect(() => readConfig({ ...vars, ...others })).toThrow(`${name} is missing`)
})
