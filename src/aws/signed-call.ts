import { AwsV4Signer } from 'aws4fetch'

const TIMEOUT_MS = 10_000
const SNS_VERSION = '2010-03-31'

export interface AwsKey {
  accessKeyId: string
  secretAccessKey: string
}

export interface AwsAccess extends AwsKey {
  region: string
  /** Other origins than AWS's, for the local simulator. */
  sesEndpoint: string | undefined
  snsEndpoint: string | undefined
  sqsEndpoint: string | undefined
}

/** An answer of AWS other than success; `code` is AWS's own name of the error. */
export class AwsRefusal extends Error {
  readonly code: string

  constructor(what: string, status: number, code: string, message: string) {
    super(`${what} was refused: ${status} ${code} ${message}`.trim())
    this.code = code
  }
}

/** One call of the SES v2 API that sets something up. Throws `AwsRefusal`, or an error of the network. */
export async function callSes(
  method: 'POST' | 'PUT',
  path: string,
  body: object,
  access: AwsAccess,
): Promise<void> {
  const origin = access.sesEndpoint ?? `https://email.${access.region}.amazonaws.com`
  const { status, headers, text } = await send('ses', new URL(path, origin).href, access, {
    method,
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  })
  if (status === 200) return
  const code = (headers.get('x-amzn-errortype') ?? '').split(':')[0] ?? ''
  throw new AwsRefusal(`${method} ${path}`, status, code, text)
}

/** One action of SNS's query API: the XML it answers. Throws `AwsRefusal`, or an error of the network. */
export async function callSns(
  action: string,
  parameters: Record<string, string>,
  access: AwsAccess,
): Promise<string> {
  const origin = access.snsEndpoint ?? `https://sns.${access.region}.amazonaws.com`
  const query = new URLSearchParams({ Action: action, Version: SNS_VERSION, ...parameters })
  const { status, text } = await send('sns', new URL('/', origin).href, access, {
    method: 'POST',
    body: query.toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
  })
  if (status === 200) return text
  const code = /<Code>([^<]*)</.exec(text)?.[1] ?? ''
  throw new AwsRefusal(action, status, code, /<Message>([^<]*)</.exec(text)?.[1] ?? '')
}

/**
 * One action of SQS by AWS's JSON protocol: the JSON it answers. Throws `AwsRefusal`, or an error of the network.
 * Source: Amazon SQS Developer Guide, "Making query API requests using AWS JSON protocol".
 */
export async function callSqs(
  action: string,
  body: object,
  access: Omit<AwsAccess, 'sesEndpoint' | 'snsEndpoint'>,
): Promise<unknown> {
  const origin = access.sqsEndpoint ?? `https://sqs.${access.region}.amazonaws.com`
  const { status, text } = await send('sqs', new URL('/', origin).href, access, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `AmazonSQS.${action}`,
    },
  })
  if (status === 200) return text === '' ? {} : JSON.parse(text)
  const code = /"__type"\s*:\s*"(?:[^"#]*#)?([^"]*)"/.exec(text)?.[1] ?? ''
  throw new AwsRefusal(action, status, code, /"message"\s*:\s*"([^"]*)"/i.exec(text)?.[1] ?? '')
}

async function send(
  service: 'ses' | 'sns' | 'sqs',
  url: string,
  { region, accessKeyId, secretAccessKey }: AwsKey & { region: string },
  request: { method: string; body: string; headers: Record<string, string> },
): Promise<{ status: number; headers: Headers; text: string }> {
  const signer = new AwsV4Signer({ ...request, url, service, region, accessKeyId, secretAccessKey })
  const { headers } = await signer.sign()
  const response = await fetch(url, {
    method: request.method,
    body: request.body,
    headers,
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  return { status: response.status, headers: response.headers, text: await response.text() }
}
