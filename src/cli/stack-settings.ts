import { settingNames } from '../config.ts'
import type { LocalSecrets } from './local-secrets.ts'
import { LOCAL_CREDENTIALS } from './simulator-process.ts'
import { localVars } from './worker-process.ts'

/** Set in many shells for other reasons; here they would point away from the simulator. */
const NOT_OURS = new Set(['ENVIRONMENT', 'AWS_REGION'])

export interface StackAddresses {
  api: string
  simulator: string
}

/** Vars of the local Worker: wrangler.toml, then `.dev.vars`, then the environment, then what must be so here. */
export function stackVars(
  { api, simulator }: StackAddresses,
  secrets: LocalSecrets,
  sweepSeconds: number,
  environment: Readonly<Record<string, string | undefined>>,
) {
  return {
    TOKEN_KEYS: secrets.TOKEN_KEYS,
    ADDRESS_KEY: secrets.ADDRESS_KEY,
    SWEEP_SECONDS: String(sweepSeconds),
    ...localVars(),
    ...overrides(environment),
    PUBLIC_URL: api,
    AWS_ENDPOINT_URL_SESV2: simulator,
    AWS_ENDPOINT_URL_SNS: simulator,
    AWS_ENDPOINT_URL_SQS: simulator,
    AWS_ACCESS_KEY_ID: LOCAL_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: LOCAL_CREDENTIALS.secretAccessKey,
  }
}

function overrides(environment: Readonly<Record<string, string | undefined>>) {
  const given: Record<string, string> = {}
  for (const name of settingNames) {
    const value = environment[name]
    if (value !== undefined && !NOT_OURS.has(name)) given[name] = value
  }
  return given
}
