import { expect, test } from 'vitest'
import type { Verdict } from '../../src/aws/sns-verify.ts'
import { seededRandom } from '../../src/simulator/random.ts'
import { FEEDBACK_BOUNCE, SES_EVENTS } from '../support/ses-events.ts'
import { aConfirmation, aNotification, type Fields } from '../support/sns-signer.ts'
import { anSnsWorld, type SnsWorld } from '../support/sns-world.ts'
import { mutated, UNSIGNED } from './mutation.ts'

const SEED = Number(process.env['SEED'] ?? 7)
const MUTATIONS = 100_000
const UNSIGNED_MUTATIONS = 5_000
const NONE = new Headers()

/** One of each that SES and SNS write, signed. */
async function messages({ signer }: SnsWorld): Promise<Fields[]> {
  const notifications = [...Object.values(SES_EVENTS), FEEDBACK_BOUNCE, 'a \ufffd'].map((message) =>
    signer.sign(aNotification(message, { MessageAttributes: {} })),
  )
  const confirmations = ['SubscriptionConfirmation', 'UnsubscribeConfirmation'].flatMap((Type) =>
    (['1', '2'] as const).map((version) => signer.sign(aConfirmation({ Type }), version)),
  )
  return await Promise.all([...notifications, ...confirmations])
}

test(`none of ${MUTATIONS} changes to a signed message is taken (seed ${SEED})`, async () => {
  const world = await anSnsWorld()
  const random = seededRandom(SEED)
  const signed = await messages(world)
  for (const message of signed) expect((await world.judge(message)).type).toBe('genuine')
  const taken: unknown[] = []
  const told = new Map<string, number>()
  for (let n = 0; n < MUTATIONS; n++) {
    const message = signed[n % signed.length] ?? {}
    const fields = Object.keys(message).filter((name) => !UNSIGNED.some((each) => each === name))
    const field = fields[Math.floor(random() * fields.length)] ?? ''
    const { body } = mutated(message, field, random)
    const verdict = await world.verify(body, NONE)
    // Another certificate of SNS may be one that we cannot reach now: it is asked for again, not taken.
    const isOpen = verdict.type === 'unclear' && field === 'SigningCertURL'
    if (verdict.type === 'genuine' || (verdict.type === 'unclear' && !isOpen)) {
      taken.push({ n, field, verdict, body })
    }
    const reason = 'reason' in verdict ? verdict.reason : 'taken'
    told.set(reason, (told.get(reason) ?? 0) + 1)
  }
  expect(taken).toEqual([])
  // The changes reach every check and not only the first.
  expect(told.get('wrong signature')).toBeGreaterThan(MUTATIONS / 10)
  expect(told.get('Signature is not base64')).toBeGreaterThan(MUTATIONS / 100)
  expect(told.size).toBeGreaterThan(12)
}, 120_000)

test(`what SNS does not sign has no effect (seed ${SEED})`, async () => {
  const world = await anSnsWorld()
  const random = seededRandom(SEED)
  const signed = await messages(world)
  const verdicts = await Promise.all(signed.map((message) => world.judge(message)))
  const different: unknown[] = []
  for (let n = 0; n < UNSIGNED_MUTATIONS; n++) {
    const message = signed[n % signed.length] ?? {}
    const field = UNSIGNED[n % UNSIGNED.length] ?? ''
    const { body } = mutated({ ...message, [field]: message[field] ?? 'x' }, field, random)
    const verdict = await world.verify(body, NONE)
    if (!same(verdict, verdicts[n % signed.length])) different.push({ n, field, verdict, body })
  }
  expect(different).toEqual([])
})

function same(verdict: Verdict, expected: Verdict | undefined): boolean {
  return JSON.stringify(verdict) === JSON.stringify(expected)
}
