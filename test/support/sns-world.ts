import { createSnsVerifier, type SnsVerifier } from '../../src/aws/sns-verify.ts'
import { aNetwork, type Network } from './sns-network.ts'
import { aSigner, type CertificateOptions, type Fields, type Signer, TOPIC } from './sns-signer.ts'

export interface SnsWorld {
  signer: Signer
  network: Network
  verify: SnsVerifier
  /** Verifies the fields as SNS would post them. */
  judge(fields: Fields, headers?: Record<string, string>): ReturnType<SnsVerifier>
  confirmed: Set<string>
  clock: { now: number }
}

/** SNS with a certificate of its own behind a counted network, and our verifier before it. */
export async function anSnsWorld(
  certificate: CertificateOptions = {},
  topics: string[] = [TOPIC],
): Promise<SnsWorld> {
  const signer = await aSigner(certificate)
  const network = aNetwork()
  network.answers.set(signer.certificateUrl, () => new Response(signer.pem))
  const confirmed = new Set<string>()
  const clock = { now: Date.now() }
  const verify = createSnsVerifier({
    topics,
    fetch: network.fetch,
    endpoint: undefined,
    now: () => clock.now,
    isConfirmed: async (topic) => confirmed.has(topic),
  })
  return {
    signer,
    network,
    verify,
    judge: (fields, headers) => verify(JSON.stringify(fields), new Headers(headers)),
    confirmed,
    clock,
  }
}
