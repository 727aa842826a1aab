import { expect, test } from 'vitest'
import { snsRegion } from '../../src/aws/sns-region.ts'
import { isCertificateUrl } from '../../src/aws/sns-verify.ts'
import urls from '../attacks/certificate-urls.json' with { type: 'json' }

const topicIn = (region: string, partition = 'aws') =>
  `arn:${partition}:sns:${region}:123456789012:t`
const REGION = snsRegion(topicIn('eu-west-1'))
const HASH = '7506a1e35b36ef5a444dd1a8e7cc3ed8'
const FILE = `SimpleNotificationService-${HASH}.pem`

test.each([
  ['eu-west-1', 'aws', 'sns.eu-west-1.amazonaws.com', 'sns.amazonaws.com'],
  ['us-east-1', 'aws', 'sns.us-east-1.amazonaws.com', 'sns.amazonaws.com'],
  ['ap-northeast-3', 'aws', 'sns.ap-northeast-3.amazonaws.com', 'sns.amazonaws.com'],
  ['af-south-1', 'aws', 'sns.af-south-1.amazonaws.com', 'sns-signing.af-south-1.amazonaws.com'],
  [
    'eu-central-2',
    'aws',
    'sns.eu-central-2.amazonaws.com',
    'sns-signing.eu-central-2.amazonaws.com',
  ],
  ['cn-north-1', 'aws-cn', 'sns.cn-north-1.amazonaws.com.cn', 'sns-cn-north-1.amazonaws.com.cn'],
  [
    'us-gov-west-1',
    'aws-us-gov',
    'sns.us-gov-west-1.amazonaws.com',
    'sns-us-gov-west-1.amazonaws.com',
  ],
  [
    'us-gov-east-1',
    'aws-us-gov',
    'sns.us-gov-east-1.amazonaws.com',
    'sns-us-gov-west-1.amazonaws.com',
  ],
  [
    'eusc-de-east-1',
    'aws-eusc',
    'sns.eusc-de-east-1.amazonaws.eu',
    'sns-signing.eusc-de-east-1.amazonaws.eu',
  ],
])(
  'a topic in %s (%s) is signed by a certificate at %s named %s',
  (region, partition, host, name) => {
    const place = snsRegion(topicIn(region, partition))
    expect(place).toEqual({ origin: `https://${host}`, certificateName: name })
    expect(isCertificateUrl(`https://${host}/${FILE}`, place)).toBe(true)
  },
)

test.each([
  'arn:aws:sns:s3-us-west-2:123456789012:t',
  'arn:aws:sns:eu-west-1.evil.example:123456789012:t',
  'arn:aws:sns:eu-west-1:123456789012:t:6f1c0bd4-3f5e-4a0e-9a0b-000000000000',
  'arn:aws:sqs:eu-west-1:123456789012:t',
  'arn:aws:sns:eu-west-1:123456789012:t\n',
  '',
])('"%s" is no topic to listen to', (topic) => {
  expect(() => snsRegion(topic)).toThrow('is not the ARN of an SNS topic')
})

test.each(urls)('%j is not fetched', (url) => {
  expect(isCertificateUrl(url, REGION)).toBe(false)
})
