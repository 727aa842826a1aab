import { type AwsAccess, callSqs } from './signed-call.ts'

/** SQS keeps a message for 14 days at most. */
const RETENTION_SECONDS = 14 * 24 * 60 * 60

/** A queue that the topic may send to, made unless it is there; its ARN. Throws `AwsRefusal`. */
export async function openDeadLetterQueue(
  url: string,
  topicArn: string,
  access: AwsAccess,
): Promise<string> {
  const [account = '', name = ''] = new URL(url).pathname.split('/').slice(1)
  await callSqs('CreateQueue', { QueueName: name }, access)
  const arn = `arn:aws:sqs:${access.region}:${account}:${name}`
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'sns.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: arn,
        Condition: { ArnEquals: { 'aws:SourceArn': topicArn } },
      },
    ],
  })
  const Attributes = { MessageRetentionPeriod: String(RETENTION_SECONDS), Policy }
  await callSqs('SetQueueAttributes', { QueueUrl: url, Attributes }, access)
  return arn
}
