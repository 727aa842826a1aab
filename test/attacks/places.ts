import { aNotification } from '../support/sns-signer.ts'
import type { Shot } from './attack-request.ts'
import { aGoodDraft, aGoodEmail, type Target, TOPIC } from './target.ts'

/** Somewhere in a request that a caller can put a text. */
export interface Place {
  name: string
  with(text: string): Shot | Promise<Shot>
}

/** Every field, parameter, path and header that the Worker reads. */
export function places(target: Target): Place[] {
  const email = String(target.names.get('email'))
  const broadcast = String(target.names.get('broadcast'))
  const found: Record<string, Place['with']> = {}

  for (const [field, json] of Object.entries(EMAIL_FIELDS)) {
    found[`POST /emails ${field}`] = body('POST', '/emails', (text) => aGoodEmail(json(text)))
    found[`POST /emails/batch ${field}`] = body('POST', '/emails/batch', (text) => [
      aGoodEmail(),
      aGoodEmail(json(text)),
    ])
  }
  for (const [field, json] of Object.entries(DRAFT_FIELDS)) {
    found[`POST /broadcasts ${field}`] = body('POST', '/broadcasts', (text) =>
      aGoodDraft(json(text)),
    )
    found[`PATCH /broadcasts ${field}`] = body('PATCH', `/broadcasts/${broadcast}`, json)
  }
  for (const [field, json] of Object.entries(LINE_FIELDS)) {
    found[`recipients ${field}`] = body('POST', `/broadcasts/${broadcast}/recipients`, json)
  }
  for (const [name, { path, json }] of Object.entries(WORDS)) {
    const whole = path.replace('EMAIL', email).replace('BROADCAST', broadcast)
    found[`POST ${name}`] = body('POST', whole, json)
  }
  found['PATCH /emails scheduled_at'] = body('PATCH', `/emails/${email}`, (text) => ({
    scheduled_at: text,
  }))
  for (const path of PATHS) {
    const [method = 'GET', whole = ''] = path.split(' ')
    const known = whole.replace('EMAIL', email).replace('BROADCAST', broadcast)
    found[path] = url(method, (text) => known.replace('TEXT', () => text))
  }
  for (const header of HEADERS) {
    found[`header ${header}`] = (text) => ({
      path: '/emails',
      init: {
        method: 'POST',
        headers: { [header]: latin(text) },
        body: JSON.stringify(aGoodEmail()),
      },
    })
  }
  const csv = (text: string) => ({
    path: `/broadcasts/${broadcast}/recipients`,
    init: { method: 'POST', headers: { 'content-type': 'text/csv' }, body: text },
  })
  found['recipients CSV cell'] = (text) => csv(`email,city\nnobody,${text}\n`)
  found['recipients CSV header'] = (text) => csv(`${text},city\na,b\n`)
  found['recipients CSV'] = csv
  const sns = async (message: unknown, over: Record<string, unknown> = {}): Promise<Shot> => {
    const signed = await target.signer.sign(aNotification(message, { TopicArn: TOPIC, ...over }))
    return { path: '/sns', init: { method: 'POST', body: JSON.stringify(signed) } }
  }
  found['SNS Message'] = (text) => sns(text)
  found['SNS eventType'] = (text) => sns({ eventType: text, mail: { tags: text } })
  found['SNS destination'] = (text) => sns({ eventType: 'Send', mail: { destination: [text] } })
  found['SNS Type'] = (text) => sns('x', { Type: text })
  found['SNS Subject'] = (text) => sns('x', { Subject: text })
  found['SNS body'] = (text) => ({ path: '/sns', init: { method: 'POST', body: text } })
  return Object.entries(found).map(([name, make]) => ({ name, with: make }))
}

function body(method: string, path: string, json: (text: string) => unknown): Place['with'] {
  return (text) => ({ path, init: { method, headers: {}, body: JSON.stringify(json(text)) } })
}

function url(method: string, path: (text: string) => string): Place['with'] {
  return (text) => ({ path: path(encodeURIComponent(text.toWellFormed())), init: { method } })
}

type Fields = Record<string, (text: string) => Record<string, unknown>>

const named = (names: string[]): Fields =>
  Object.fromEntries(names.map((name) => [name, (text: string) => ({ [name]: text })]))

const attached = (field: string) => (text: string) => ({
  attachments: [{ filename: 'a.txt', content: 'aGk=', [field]: text }],
})

const SHARED: Fields = {
  ...named(['from', 'reply_to', 'subject', 'html', 'text', 'topic_id', 'attachments', 'tracking']),
  'tags name': (text) => ({ tags: [{ name: text, value: 'a' }] }),
  'tags value': (text) => ({ tags: [{ name: 'a', value: text }] }),
  'attachments filename': attached('filename'),
  'attachments content': attached('content'),
  'attachments content_type': attached('content_type'),
  'attachments content_id': attached('content_id'),
  'attachments path': (text) => ({ attachments: [{ filename: 'a.txt', path: text }] }),
  unknown: (text) => ({ [text]: text }),
}

const EMAIL_FIELDS: Fields = {
  ...SHARED,
  ...named(['to', 'cc', 'bcc', 'headers', 'scheduled_at', 'expires_at', 'priority', 'template']),
  'headers name': (text) => ({ headers: { [text]: 'a' } }),
  'headers value': (text) => ({ headers: { 'X-A': text } }),
  'headers Reply-To': (text) => ({ headers: { 'Reply-To': text } }),
  'template id': (text) => ({ template: { id: text } }),
}

const DRAFT_FIELDS: Fields = {
  ...SHARED,
  ...named([
    'name',
    'preview_text',
    'segment_id',
    'audience_id',
    'doubt_policy',
    'canary',
    'brake',
  ]),
}

const LINE_FIELDS: Fields = {
  email: (text) => ({ email: text }),
  name: (text) => ({ email: 'b@canary-customer.dev', name: text }),
  variables: (text) => ({ email: 'b@canary-customer.dev', variables: { a: text } }),
  'variable name': (text) => ({ email: 'b@canary-customer.dev', variables: { [text]: 'a' } }),
}

const WORDS: Record<string, { path: string; json: (text: string) => unknown }> = {
  'settle as': { path: '/-/emails/EMAIL/settle', json: (text) => ({ as: text }) },
  'send scheduled_at': {
    path: '/broadcasts/BROADCAST/send',
    json: (text) => ({ scheduled_at: text || 'x' }),
  },
  'test to': { path: '/broadcasts/BROADCAST/test', json: (text) => ({ to: text }) },
  'test variables': {
    path: '/broadcasts/BROADCAST/test',
    json: (text) => ({ to: 'nobody', variables: { [text]: text } }),
  },
  'resend to': { path: '/broadcasts/BROADCAST/resend', json: (text) => ({ to: text }) },
}

const HEADERS = ['authorization', 'content-type', 'content-encoding', 'idempotency-key', 'accept']

const ONE = [
  '',
  '/ledger',
  '/ledger.csv',
  '/recipients',
  '/clicked-links',
  '/preview',
  '/preflight',
]
const VERBS = ['send', 'pause', 'resume', 'cancel', 'duplicate', 'recipients', 'test', 'resend']
const EMAIL_PATHS = `
GET /emails/TEXT
PATCH /emails/TEXT
POST /emails/TEXT/cancel
GET /-/emails/TEXT/events
POST /-/emails/TEXT/settle
POST /-/dead-letters/TEXT/retry
GET /-/dead-letters?queue=TEXT
POST /-/TEXT
GET /TEXT
DELETE /broadcasts/TEXT
PATCH /broadcasts/TEXT
GET /broadcasts/BROADCAST/clicked-links?limit=TEXT
GET /broadcasts/BROADCAST/preview?email=TEXT
GET /o/TEXT.gif
GET /u/TEXT
POST /u/TEXT
GET /sns?TEXT
GET /health?TEXT`

const PATHS = [
  ...EMAIL_PATHS.trim().split('\n'),
  ...queries('/emails', ['limit', 'after', 'before', 'to']),
  ...queries('/-/dead-letters', ['limit', 'after']),
  ...queries('/broadcasts', ['limit', 'after', 'before']),
  ...queries('/broadcasts/BROADCAST/recipients', [
    'type',
    'email',
    'bounce_type',
    'limit',
    'after',
  ]),
  ...queries('/broadcasts/BROADCAST/ledger', ['limit', 'after', 'state', 'type']),
  ...ONE.map((under) => `GET /broadcasts/TEXT${under}`),
  ...VERBS.map((verb) => `POST /broadcasts/TEXT/${verb}`),
]

function queries(path: string, names: string[]): string[] {
  return names.map((name) => `GET ${path}?${name}=TEXT`)
}

/** A header holds bytes, and no line breaks or NUL: what a client could not send, ours sends without. */
function latin(text: string): string {
  return Buffer.from(text.toWellFormed())
    .toString('latin1')
    .replace(/[\r\n\u0000]/g, '')
    .trim()
}
