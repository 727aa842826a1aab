import { expect, test } from 'vitest'
import { anEventsDoor } from '../support/an-events-door.ts'
import { SES_EVENTS } from '../support/ses-events.ts'
import { aNotification } from '../support/sns-signer.ts'

test('half a megabyte and more is refused while it is read, whatever length it claims', async () => {
  const door = await anEventsDoor()
  expect((await door.post(endless())).status).toBe(413)
  expect(door.jobs).toEqual([])
})

test('when the certificate cannot be had, nothing is refused for good', async () => {
  const door = await anEventsDoor()
  door.network.answers.set(door.signer.certificateUrl, () => new Response('', { status: 500 }))
  const fields = await door.signer.sign(aNotification(SES_EVENTS.Complaint))
  expect((await door.post(fields)).status).toBe(503)
  expect(door.jobs).toEqual([])
})

test('a body that breaks off is to be sent again', async () => {
  const door = await anEventsDoor()
  const broken = new ReadableStream({ pull: (stream) => stream.error(new Error('cut')) })
  expect((await door.post(broken)).status).toBe(503)
})

function endless(): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull: (stream) => stream.enqueue(new Uint8Array(64 * 1024).fill(0x20)),
  })
}
