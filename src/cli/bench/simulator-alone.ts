import { sesClient } from '../../aws/ses.ts'
import { LOCAL_CREDENTIALS } from '../simulator-process.ts'
import type { Lab } from './lab.ts'

const SECOND = 1000
const RECIPIENTS_A_CALL = 50
const CALL_TIMEOUT_MS = 10_000

/** Emails a second that the simulator takes from a caller that does nothing but call it. */
export async function simulatorAlone(
  { stack }: Lab,
  { calls, atOnce }: { calls: number; atOnce: number },
): Promise<number> {
  const { accessKeyId, secretAccessKey } = LOCAL_CREDENTIALS
  const ses = sesClient(
    {
      region: 'eu-west-1',
      accessKeyId,
      secretAccessKey,
      endpoint: stack.simulator.url,
      timeoutMs: CALL_TIMEOUT_MS,
    },
    fetch,
  )
  const body = JSON.stringify(bulkRequest())
  const queue = Array.from({ length: calls }, () => body).values()
  const startedAt = performance.now()
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const each of queue) {
        const call = await ses.signBulkEmail(each, Date.now())
        const answer = await call()
        if (answer.type !== 'answer' || answer.status !== 200) {
          throw new Error(`The simulator refused a call: ${JSON.stringify(answer)}`)
        }
      }
    }),
  )
  return (calls * RECIPIENTS_A_CALL) / ((performance.now() - startedAt) / SECOND)
}

function bulkRequest(): object {
  return {
    FromEmailAddress: 'news@club.example.com',
    DefaultContent: {
      Template: {
        TemplateContent: {
          Subject: '{{v0}}',
          Html: `<p>{{v1}}</p>${'<p>We meet.</p>'.repeat(150)}`,
        },
        TemplateData: '{}',
      },
    },
    BulkEmailEntries: Array.from({ length: RECIPIENTS_A_CALL }, (_, n) => ({
      Destination: { ToAddresses: [`person.${n}@example.com`] },
      ReplacementTags: [{ Name: 'number', Value: String(n) }],
      ReplacementEmailContent: {
        ReplacementTemplate: {
          ReplacementTemplateData: JSON.stringify({ v0: `${n}`, v1: `${n}` }),
        },
      },
    })),
  }
}
