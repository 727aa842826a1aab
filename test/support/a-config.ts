import { type Config, readConfig } from '../../src/config.ts'

/** The settings of a Worker whose bindings are a test's. */
export function aConfig(vars: Record<string, string> = {}): Config {
  return readConfig({
    ENVIRONMENT: 'local',
    PUBLIC_URL: 'https://mail.aerogram.dev',
    AWS_REGION: 'eu-west-1',
    SES_CONFIGURATION_SET: 'aerogram',
    SNS_TOPIC_ARNS: 'arn:aws:sns:eu-west-1:000000000000:aerogram',
    SES_RATE_SHARE: '1',
    RECIPIENT_POLICY: 'any',
    AWS_ACCESS_KEY_ID: 'AKIALOCALAEROGRAM00',
    AWS_SECRET_ACCESS_KEY: 'x'.repeat(40),
    TOKEN_KEYS: `k1:${'x'.repeat(32)}`,
    ADDRESS_KEY: 'x'.repeat(32),
    ...vars,
  })
}
