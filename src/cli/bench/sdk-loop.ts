import { SendEmailCommand, SESv2Client } from '@aws-sdk/client-sesv2'
import { LOCAL_CREDENTIALS } from '../simulator-process.ts'
import type { Lab } from './lab.ts'

const SECOND = 1000
const AT_ONCE = 50

/** What people write instead: one SendEmail a recipient, 50 at once, nothing kept. Emails a second. */
export async function sdkLoop({ stack }: Lab, emails: number): Promise<number> {
  const client = new SESv2Client({
    region: 'eu-west-1',
    endpoint: stack.simulator.url,
    credentials: LOCAL_CREDENTIALS,
    requestHandler: { httpAgent: { maxSockets: AT_ONCE } },
  })
  const people = Array.from({ length: emails }, (_, n) => n).values()
  const startedAt = performance.now()
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const n of people) await client.send(newsFor(n))
    }),
  )
  const seconds = (performance.now() - startedAt) / SECOND
  client.destroy()
  return emails / seconds
}

function newsFor(n: number): SendEmailCommand {
  const html = `<!doctype html><html><body><h1>Dear Person${n}</h1><p>We meet at eight in the old library, your seat is ${n}.</p></body></html>`
  return new SendEmailCommand({
    FromEmailAddress: 'The Club <news@club.example.com>',
    Destination: { ToAddresses: [`person.${n}@example.com`] },
    Content: {
      Simple: { Subject: { Data: `Person${n}, we meet` }, Body: { Html: { Data: html } } },
    },
  })
}
