import { expect, test } from 'vitest'
import {
  incidentChanges,
  mayBeCredentials,
  type OpenIncident,
  PAUSED_BY_HAND,
  seenIn,
  type Signs,
} from '../../src/domain/incident.ts'

const NOTHING: Signs = {
  paused: false,
  stopped: null,
  credentials: null,
  deadLetters: 0,
  oldDoubts: 0,
}

const CASES: [string, Partial<Signs>, [string, string][]][] = [
  ['all is well', {}, []],
  ['operators', { paused: true }, [['sending_paused', 'paused by hand']]],
  [
    'operators and SES',
    { paused: true, stopped: 'account paused' },
    [['sending_paused', 'paused by hand']],
  ],
  ['SES', { stopped: 'account shut down' }, [['sending_paused', 'account shut down']]],
  [
    'an entry',
    { stopped: 'CONFIGURATION_SET_SENDING_PAUSED' },
    [['sending_paused', 'CONFIGURATION_SET_SENDING_PAUSED']],
  ],
  ['the quota', { stopped: 'quota spent' }, [['quota_spent', 'the 24-hour quota of SES is spent']]],
  [
    'credentials',
    { stopped: 'UnrecognizedClientException', credentials: 'refused' },
    [['credentials_refused', 'UnrecognizedClientException']],
  ],
  ['a stop that is not theirs', { stopped: 'account unknown', credentials: 'accepted' }, []],
  ['one letter', { deadLetters: 1 }, [['dead_letter', '1 job given up lately']]],
  ['doubts', { oldDoubts: 2 }, [['old_doubt', '2 emails in doubt for over an hour']]],
]

test.each(CASES)('what is seen: %s', (_, signs, seen) => {
  expect([...seenIn({ ...NOTHING, ...signs })]).toEqual(seen)
})

test.each([
  [null, false],
  ['quota spent', false],
  ['account paused', false],
  ['SendingPausedException', false],
  ['ACCOUNT_SUSPENDED', false],
  ['account unknown', true],
  ['HTTP 403', true],
])('whether AWS is asked when %s stops us: %s', (stopped, asked) => {
  expect(mayBeCredentials(stopped)).toBe(asked)
})

const QUIET = { now: 1000, quietMs: 300 }
function anOpen(fields: Partial<OpenIncident> = {}): OpenIncident {
  return { incident: 'quota_spent', reason: 'r', beganAt: 0, seenAt: 900, ...fields }
}
const SPENT = new Map([['quota_spent', 'r']] as const)

test.each([
  ['begins when it is seen first', SPENT, [], ['began']],
  ['goes on while it is seen', SPENT, [anOpen()], ['goes on']],
  ['waits a while when it is seen no more', new Map(), [anOpen({ seenAt: 701 })], []],
  ['ends when it was quiet long enough', new Map(), [anOpen({ seenAt: 700 })], ['ended']],
  [
    "ends at once on a person's word",
    new Map(),
    [anOpen({ incident: 'sending_paused', reason: PAUSED_BY_HAND, seenAt: 999 })],
    ['ended'],
  ],
])('an incident %s', (_, seen, open, types) => {
  expect(incidentChanges(seen, open, QUIET).map(({ type }) => type)).toEqual(types)
})
