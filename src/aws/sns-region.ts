/** Enabled in every account; the newer, opt-in regions sign with certificates of their own. */
const DEFAULT_REGIONS = new Set([
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ca-central-1',
  'eu-central-1',
  'eu-north-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'sa-east-1',
])

const REGION = /^arn:aws[a-z-]*:sns:([a-z]{2,4}(?:-[a-z]+)+-\d):\d{12}:[A-Za-z0-9_-]{1,256}$/

export interface SnsRegion {
  /** The one origin that SNS of this region answers on. */
  origin: string
  /** The name that its signing certificate must carry (AWS SDK for Java v2, sns-message-manager). */
  certificateName: string
}

/** Where a topic lives. Throws for what is not a topic ARN: that is a wrong setting. */
export function snsRegion(topicArn: string): SnsRegion {
  const region = REGION.exec(topicArn)?.[1]
  if (region === undefined) throw new Error(`${topicArn} is not the ARN of an SNS topic.`)
  return {
    origin: `https://sns.${region}.${suffixOf(region)}`,
    certificateName: certificateNameOf(region),
  }
}

function suffixOf(region: string): string {
  if (region.startsWith('cn-')) return 'amazonaws.com.cn'
  if (region.startsWith('eusc-')) return 'amazonaws.eu'
  return 'amazonaws.com'
}

function certificateNameOf(region: string): string {
  if (region.startsWith('cn-')) return `sns-${region}.amazonaws.com.cn`
  if (region.startsWith('us-gov-')) return 'sns-us-gov-west-1.amazonaws.com'
  if (DEFAULT_REGIONS.has(region)) return 'sns.amazonaws.com'
  return `sns-signing.${region}.${suffixOf(region)}`
}
