import { aConfirmation, aNotification, aSigner, type Fields } from '../support/sns-signer.ts'
import type { Attack, AttackRequest, SnsAttack } from './case.ts'
import { expanded, text } from './placeholders.ts'
import { aGoodEmail, COMPLAINT, type Target, TOPIC } from './target.ts'

export interface Shot {
  path: string
  init: RequestInit
}

/** What the attacker sends. A case without an `authorization` of its own has a full-access key. */
export async function shotOf(attack: Attack, target: Target): Promise<Shot> {
  const { email, sns, request } = attack
  if (sns !== undefined) return await snsShot(sns, target)
  if (email !== undefined) {
    const fields = Object.fromEntries(
      Object.entries(email).map(([key, value]) => [key, expanded(value, target.names)]),
    )
    const json = JSON.stringify(aGoodEmail(fields))
    return requestShot({ method: 'POST', path: '/emails', text: json }, target)
  }
  if (request === undefined) throw new Error(`${attack.name} attacks nothing.`)
  return requestShot(request, target)
}

function requestShot(request: AttackRequest, target: Target): Shot {
  const { names } = target
  const headers = new Headers({ authorization: `Bearer ${target.nextKey()}` })
  for (const [name, value] of Object.entries(request.headers ?? {})) {
    if (value === '' && name === 'authorization') headers.delete(name)
    else headers.set(name, text(value, names))
  }
  const body = bodyOf(request, target)
  if (request.form !== undefined) headers.set('content-type', 'application/x-www-form-urlencoded')
  return {
    path: text(request.path, names),
    init: { method: request.method, headers, ...(body === undefined ? {} : { body }) },
  }
}

function bodyOf(request: AttackRequest, { names }: Target): BodyInit | undefined {
  if (request.form !== undefined) return new URLSearchParams(request.form).toString()
  if (request.hex !== undefined) return Uint8Array.from(Buffer.from(request.hex, 'hex'))
  if (request.text !== undefined) return text(request.text, names)
  return 'json' in request ? JSON.stringify(expanded(request.json, names)) : undefined
}

async function snsShot(attack: SnsAttack, { names, signer }: Target): Promise<Shot> {
  const asked = { TopicArn: TOPIC, Type: attack.type, ...fieldsOf(attack.signed, names) }
  const fields =
    attack.type === 'Notification' ? aNotification(COMPLAINT, asked) : aConfirmation(asked)
  const by = attack.by === 'somebody else' ? await aSigner() : signer
  const signed = await by.sign(fields, attack.version)
  const over = fieldsOf(attack.over, names)
  const posted = { ...signed, SigningCertURL: signer.certificateUrl, ...over }
  const headers = { 'content-type': 'text/plain; charset=UTF-8', ...attack.headers }
  return { path: '/sns', init: { method: 'POST', headers, body: JSON.stringify(posted) } }
}

/** Null takes a field away. */
function fieldsOf(given: Record<string, unknown> | undefined, names: Target['names']): Fields {
  return Object.fromEntries(
    Object.entries(given ?? {}).map(([key, value]) => [
      key,
      value === null ? undefined : expanded(value, names),
    ]),
  )
}
