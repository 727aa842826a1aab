import { expect, test } from 'vitest'
import { snsRegion } from '../../src/aws/sns-region.ts'
import { isCertificateUrl } from '../../src/aws/sns-verify.ts'

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

test.each([
  // other hosts of AWS, some of them anybody's
  `https://sns.s3-us-west-2.amazonaws.com/${FILE}`,
  `https://sns.s3.amazonaws.com/${FILE}`,
  `https://sns.s3-eu-west-1.amazonaws.com/${FILE}`,
  `https://s3.amazonaws.com/sns/${FILE}`,
  `https://s3.eu-west-1.amazonaws.com/sns/${FILE}`,
  `https://sns.eu-west-1.s3.amazonaws.com/${FILE}`,
  `https://sns.execute-api.eu-west-1.amazonaws.com/${FILE}`,
  `https://evil.eu-west-1.amazonaws.com/${FILE}`,
  `https://sqs.eu-west-1.amazonaws.com/${FILE}`,
  `https://amazonaws.com/${FILE}`,
  `https://sns.amazonaws.com/${FILE}`,
  `https://sns..amazonaws.com/${FILE}`,
  // another region or partition than the topic's
  `https://sns.us-east-1.amazonaws.com/${FILE}`,
  `https://sns.eu-west-2.amazonaws.com/${FILE}`,
  `https://sns.eu-west-1.amazonaws.com.cn/${FILE}`,
  `https://sns.eu-west-1.amazonaws.eu/${FILE}`,
  // tricks with the host
  `https://sns.eu-west-1.amazonaws.com.evil.example/${FILE}`,
  `https://sns.eu-west-1.amazonaws.com@evil.example/${FILE}`,
  `https://evil.example@sns.eu-west-1.amazonaws.com/${FILE}`,
  `https://user:secret@sns.eu-west-1.amazonaws.com/${FILE}`,
  `https://sns.eu-west-1.amazonaws.com:443/${FILE}`,
  `https://sns.eu-west-1.amazonaws.com:8443/${FILE}`,
  `https://sns.eu-west-1.amazonaws.com:80@evil.example/${FILE}`,
  `https://sns.eu-west-1.amazonaws.com./${FILE}`,
  `https://sns.eu-west-1.amazonaws.com\\@evil.example/${FILE}`,
  `https://sns.eu-west-1.amazonaws.com%2eevil.example/${FILE}`,
  `https://sns.eu-west-1.amazonaws.com%00.evil.example/${FILE}`,
  `https://sns.eu-west-1.amazonaws.com#.evil.example/${FILE}`,
  `https://sns.eu-west-1.amazonaws.com?.evil.example/${FILE}`,
  `https://SNS.eu-west-1.amazonaws.com/${FILE}`,
  `https://sns.eu-west-1.amazonaws.com\u3002evil.example/${FILE}`,
  `https://sns.eu-west-1.amazonaw\u0455.com/${FILE}`,
  `https://sns.eu-west-1.amazonaws\uff0ecom/${FILE}`,
  `https://sns-eu-west-1.amazonaws.com/${FILE}`,
  `https://snsXeu-west-1.amazonaws.com/${FILE}`,
  `https://sns.eu-west-1Xamazonaws.com/${FILE}`,
  `https://127.0.0.1/${FILE}`,
  `https://[::1]/${FILE}`,
  `https://169.254.169.254/${FILE}`,
  `https://localhost/${FILE}`,
  // other schemes and spellings
  `http://sns.eu-west-1.amazonaws.com/${FILE}`,
  `HTTPS://sns.eu-west-1.amazonaws.com/${FILE}`,
  `ftp://sns.eu-west-1.amazonaws.com/${FILE}`,
  `file:///${FILE}`,
  `data:text/plain,${FILE}`,
  `//sns.eu-west-1.amazonaws.com/${FILE}`,
  `https:sns.eu-west-1.amazonaws.com/${FILE}`,
  `https:\\\\sns.eu-west-1.amazonaws.com\\${FILE}`,
  ` https://sns.eu-west-1.amazonaws.com/${FILE}`,
  `https://sns.eu-west-1.amazonaws.com/${FILE}\n`,
  `https://sns.eu-west-1.amazonaws.com/${FILE} `,
  `https://evil.example/\nhttps://sns.eu-west-1.amazonaws.com/${FILE}`,
  `https://evil.example/?https://sns.eu-west-1.amazonaws.com/${FILE}`,
  // other paths
  `https://sns.eu-west-1.amazonaws.com/`,
  `https://sns.eu-west-1.amazonaws.com/x.pem`,
  `https://sns.eu-west-1.amazonaws.com/?Action=ListTopics&x=.pem`,
  `https://sns.eu-west-1.amazonaws.com/${FILE}?x=1`,
  `https://sns.eu-west-1.amazonaws.com/${FILE}#x`,
  `https://sns.eu-west-1.amazonaws.com/${FILE}/../evil.pem`,
  `https://sns.eu-west-1.amazonaws.com/..%2f${FILE}`,
  `https://sns.eu-west-1.amazonaws.com//${FILE}`,
  `https://sns.eu-west-1.amazonaws.com/evil/${FILE}`,
  `https://sns.eu-west-1.amazonaws.com/./${FILE}`,
  `https://sns.eu-west-1.amazonaws.com/simplenotificationservice-${HASH}.pem`,
  `https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-${HASH}.PEM`,
  `https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-${HASH.toUpperCase()}.pem`,
  `https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-${HASH}0.pem`,
  `https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-${HASH.slice(1)}.pem`,
  `https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-${HASH.slice(1)}z.pem`,
  `https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-${HASH}xpem`,
  `https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-.pem`,
  '',
])('%j is not fetched', (url) => {
  expect(isCertificateUrl(url, REGION)).toBe(false)
})
