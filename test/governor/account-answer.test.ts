import { expect, test } from 'vitest'
import { parseAccount } from '../../src/governor/account-answer.ts'

const ANSWER = {
  DedicatedIpAutoWarmupEnabled: true,
  EnforcementStatus: 'PROBATION',
  ProductionAccessEnabled: true,
  SendQuota: { Max24HourSend: -1, MaxSendRate: 14, SentLast24Hours: 12 },
  SendingEnabled: true,
  SuppressionAttributes: { SuppressedReasons: ['BOUNCE', 'COMPLAINT'] },
}

test('GetAccount tells rate, quota and whether the account may send', () => {
  expect(parseAccount(ANSWER)).toEqual({
    maxSendRate: 14,
    max24HourSend: -1,
    sentLast24Hours: 12,
    sendingEnabled: true,
    enforcementStatus: 'PROBATION',
    production: true,
  })
})

test.each([{}, null, 'SendQuota', { ...ANSWER, SendQuota: {} }, { ...ANSWER, SendingEnabled: 1 }])(
  'an answer without what pacing rests on is none: %j',
  (answer) => {
    expect(() => parseAccount(answer)).toThrow('invalid_type')
  },
)
