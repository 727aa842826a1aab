import { CreateQueueCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import { expect, test } from 'vitest'
import { snsDeadLetterQueue } from '../../src/aws/sns-dead-letters.ts'
import { aSimulator, CREDENTIALS } from '../simulator/running.ts'

const NAME = 'aerogram-sns-dead'
const URL_OF_QUEUE = `https://sqs.eu-west-1.amazonaws.com/000000000000/${NAME}`

async function aQueue(messages: number) {
  const simulator = await aSimulator()
  await simulator.sqs.send(new CreateQueueCommand({ QueueName: NAME }))
  for (let n = 0; n < messages; n += 1) {
    const message = { QueueUrl: URL_OF_QUEUE, MessageBody: `message ${n}` }
    await simulator.sqs.send(new SendMessageCommand(message))
  }
  return {
    ...simulator,
    queue: snsDeadLetterQueue(URL_OF_QUEUE, 1, { ...CREDENTIALS, endpoint: simulator.url }),
  }
}

test('messages come ten at most, count until they are removed, and then are gone', async () => {
  const { queue } = await aQueue(12)
  expect([queue.name, await queue.count()]).toEqual([NAME, 12])
  const first = await queue.receive()
  expect(first).toHaveLength(10)
  expect(first[0]).toMatchObject({ body: 'message 0', receives: 1 })
  expect(Math.abs(Date.now() - (first[0]?.sentAt ?? 0))).toBeLessThan(5000)
  expect(await queue.count()).toBe(12)
  await queue.remove(first.map(({ receipt }) => receipt))
  expect(await queue.count()).toBe(2)
})

test('what was not removed comes again, and a receipt of before removes nothing', async () => {
  const { queue } = await aQueue(1)
  const [before] = await queue.receive()
  const again = await queue.receive().then((some) => (some.length > 0 ? some : queue.receive()))
  expect(again).toMatchObject([{ id: before?.id, receives: 2 }])
  await queue.remove([before?.receipt ?? ''])
  await queue.remove(['nonsense'])
  expect(await queue.count()).toBe(1)
})

test('an empty queue is no error, one that cannot be asked is', async () => {
  const { queue, url, control } = await aQueue(0)
  expect(await queue.receive()).toEqual([])
  const other = { ...CREDENTIALS, secretAccessKey: 'x'.repeat(40), endpoint: url }
  await expect(snsDeadLetterQueue(URL_OF_QUEUE, 1, other).count()).rejects.toThrow(
    'GetQueueAttributes was refused: 403 InvalidSignatureException',
  )
  const elsewhere = `${URL_OF_QUEUE}-2`
  const missing = snsDeadLetterQueue(elsewhere, 1, { ...CREDENTIALS, endpoint: url })
  await expect(missing.receive()).rejects.toThrow('QueueDoesNotExist')
  await control('faults', { rules: [{ fault: 'sqs_down', p: 1 }] })
  await expect(queue.count()).rejects.toThrow('503 ServiceUnavailable')
})
