import { z } from 'zod'

const many = z.union([z.string(), z.array(z.string())]).transform((one) => [one].flat())

const policy = z.object({
  Statement: z.array(
    z.object({
      Effect: z.enum(['Allow', 'Deny']),
      Principal: z.union([z.literal('*'), z.object({ Service: many.optional() })]),
      Action: many,
      Resource: many,
      Condition: z.record(z.string(), z.record(z.string(), many)).optional(),
    }),
  ),
})

/** Throws a ZodError or SyntaxError for what SQS would not take. */
export function checkPolicy(json: string): void {
  policy.parse(JSON.parse(json))
}

/** Whether SNS may send to the queue for the topic: as far as queues' policies are written for that. */
export function letsTopicSend(
  json: string | undefined,
  queueArn: string,
  topicArn: string,
): boolean {
  if (json === undefined || json === '') return false
  return policy
    .parse(JSON.parse(json))
    .Statement.some(
      ({ Effect, Principal, Action, Resource, Condition = {} }) =>
        Effect === 'Allow' &&
        (Principal === '*' || Principal.Service?.includes('sns.amazonaws.com') === true) &&
        Action.some((action) => /^(sqs:)?(\*|SendMessage)$/i.test(action)) &&
        Resource.some((resource) => resource === queueArn || resource === '*') &&
        Object.values(Condition).every((test) =>
          Object.entries(test).every(([key, values]) => holds(key, values, topicArn)),
        ),
    )
}

function holds(key: string, values: string[], topicArn: string): boolean {
  if (key.toLowerCase() === 'aws:sourcearn') return values.includes(topicArn)
  if (key.toLowerCase() === 'aws:sourceaccount')
    return values.includes(topicArn.split(':')[4] ?? '')
  return false
}
