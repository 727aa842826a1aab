import { execFile, spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { sendEmailBody } from '../src/api/send-schema.ts'
import { type Config, readConfig, settingNames } from '../src/config.ts'
import { DEFAULT_BRAKE } from '../src/domain/brake.ts'
import { jsonLine } from '../src/domain/recipient-line.ts'
import { webhookSecret } from '../src/domain/webhook-secret.ts'
import { CONTRACT_TYPES, OUR_TYPES } from '../src/domain/webhook-types.ts'
import { createEvents } from '../src/events/app.ts'
import { broadcastTemplate, valuesOf } from '../src/template/broadcast-template.ts'
import { sendWebhook } from '../src/webhook/send.ts'
import { everyEndpoint } from './support/every-endpoint.ts'
import { blocks, projectRoot, readme, rows, section } from './support/readme.ts'

const REQUIRED = {
  ENVIRONMENT: 'local',
  PUBLIC_URL: 'http://127.0.0.1:8787',
  AWS_REGION: 'eu-west-1',
  SES_CONFIGURATION_SET: 'aerogram',
  SNS_TOPIC_ARNS: 'arn:aws:sns:eu-west-1:000000000000:aerogram',
  SES_RATE_SHARE: '1',
  RECIPIENT_POLICY: 'any',
}
const SECRETS = {
  AWS_ACCESS_KEY_ID: 'AKIALOCALAEROGRAM00',
  AWS_SECRET_ACCESS_KEY: 'x'.repeat(40),
  TOKEN_KEYS: `k1:${'x'.repeat(32)}`,
  ADDRESS_KEY: 'x'.repeat(32),
}
const settings = rows(section('Configuration')).map(([name = '', value = '']) => ({ name, value }))

test('the table of settings names every one that is read, and no other', () => {
  expect(settings.map(({ name }) => name).toSorted()).toEqual(settingNames.toSorted())
})

test('each default in the table is what holds when nothing is set', () => {
  const config: Partial<Record<string, Config[keyof Config]>> = readConfig({
    ...REQUIRED,
    ...SECRETS,
  })
  const holds = settings.map(({ name }) => {
    if (name in REQUIRED) return { name, value: 'required' }
    if (name in SECRETS) return { name, value: 'secret' }
    return { name, value: shown(name, config[name]) }
  })
  expect(settings).toEqual(holds)
})

test('the Worker stops without any that is required, and names it', () => {
  for (const name of Object.keys({ ...REQUIRED, ...SECRETS })) {
    const { [name]: _, ...rest }: Record<string, string> = { ...REQUIRED, ...SECRETS }
    expect(() => readConfig(rest)).toThrow(`${name} is missing`)
  }
})

test('every npm script that it names exists', () => {
  const { scripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')))
  const named = readme.matchAll(/npm (?:run ([a-z-]+)|(start|test))\b/g)
  const names = [...named].map(([, run, short]) => run ?? short ?? '')
  expect(new Set(names)).toEqual(
    new Set(
      'start demo test bench model faults guards mutants keys deploy restore-check'.split(' '),
    ),
  )
  const programs = [...new Set(names)].map((name) => scripts[name] ?? `${name} is no script`)
  const missing = programs
    .filter((program) => program.startsWith('node '))
    .filter((program) => !existsSync(join(projectRoot, program.slice('node '.length))))
  expect(missing).toEqual([])
  expect(programs.filter((program) => program.endsWith('is no script'))).toEqual([])
})

test('every file and heading that it links to exists', () => {
  const links = [...readme.matchAll(/\]\(([^)]+)\)/g)].map(([, target = '']) => target)
  expect(links.length).toBeGreaterThan(5)
  const headings = [...readme.matchAll(/^#+ (.*)$/gm)].map(
    ([, heading = '']) =>
      `#${heading
        .toLowerCase()
        .replace(/[^\w -]/g, '')
        .replaceAll(' ', '-')}`,
  )
  const dangling = links.filter(
    (target) => !headings.includes(target) && !existsSync(join(projectRoot, target)),
  )
  expect(dangling).toEqual([])
})

test('the tree names every file and folder of src, and no other', () => {
  const [tree = ''] = blocks(section('The path of an email'), 'text')
  const named = [...tree.matchAll(/^ {2}(\S+(?: \S+)*) {2,}/gm)].flatMap(([, names = '']) =>
    names.split(' '),
  )
  const there = readdirSync(join(projectRoot, 'src'), { withFileTypes: true })
  expect(named.toSorted()).toEqual(
    there.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name)).toSorted(),
  )
})

test('the table of calls names every route of the Worker, and no other', () => {
  const api = everyEndpoint().openAPIRegistry.definitions.flatMap((definition) =>
    definition.type === 'route'
      ? [`${definition.route.method.toUpperCase()} ${definition.route.path}`]
      : [],
  )
  const events = createEvents(eventsDeps)
    .routes.filter(({ method }) => method !== 'ALL')
    .map(
      ({ method, path }) =>
        `${method} ${path.replace('/o/*', '/o/:token.gif').replace('/c/*', '/c/:token')}`,
    )
  const known = [...api, ...events].map((route) => route.replaceAll(/\{(\w+)\}/g, ':$1'))
  const named = rows(section('The API'))
    .map(([call = '']) => call)
    .filter((call) => /^[A-Z]+ \//.test(call))
  expect(named.toSorted()).toEqual(known.toSorted())
})

test('the fields that are ours are read', () => {
  const fields = rows(section('The API'))
    .map(([field = '']) => field)
    .filter((field) => /^[a-z_]+$/.test(field))
  expect(fields).toEqual(['priority', 'expires_at', 'tracking'])
  for (const field of fields) expect(sendEmailBody.shape).toHaveProperty(field)
})

test('the example of a template becomes what stands below it', () => {
  const templates = section('Templates')
  const [recipient = ''] = blocks(templates, 'json')
  const [html = ''] = blocks(templates, 'liquid')
  const [becomes = ''] = blocks(templates, 'html')
  const line = jsonLine(recipient)
  const source = { subject: 'News', html, text: '', preview_text: null, created_at: 0 }
  const compilation = broadcastTemplate(source, false)
  if ('fault' in line || compilation.type === 'faulty') throw new Error('The example is faulty')
  const values = valuesOf({ recipient: line.recipient, unsubscribeUrl: null, pixelUrl: null })
  const whole = compilation.compiled.whole(values)
  expect(whole.type === 'rendered' && inOneLine(whole.parts.html ?? '')).toBe(inOneLine(becomes))
})

test('the limits of the brake are those that hold without any', () => {
  const { bounce_rate, complaint_rate, min_sent } = DEFAULT_BRAKE
  expect(section('Canary and brake')).toContain(
    `${bounce_rate * 100} % and ${complaint_rate * 100} %, after ${min_sent} emails`,
  )
})

test('the example for Node sends what the API takes', async () => {
  const taken: { path: string; key: string; body: unknown }[] = []
  const server = createServer((request, response) => {
    const chunks: string[] = []
    request.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk))
    request.on('end', () => {
      const { url: path = '', headers } = request
      taken.push({ path, key: headers.authorization ?? '', body: JSON.parse(chunks.join('')) })
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"id":"the id"}')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const [example = ''] = blocks(section('Sending'), 'js')
  const path = join(projectRoot, `.aerogram/readme-${process.pid}.mjs`)
  onTestFinished(() => {
    server.close()
    rmSync(path)
  })
  writeFileSync(path, example.replace(':8787', `:${port}`))
  const { stdout } = await promisify(execFile)(process.execPath, [path], {
    env: { ...process.env, AEROGRAM_API_KEY: 're_key' },
  })
  expect(stdout).toBe('the id\n')
  expect(taken).toMatchObject([{ path: '/emails', key: 'Bearer re_key' }])
  expect(sendEmailBody.safeParse(taken[0]?.body).success).toBe(true)
})

test('the receiver for webhooks verifies what is sent to it, and nothing else', async () => {
  const secret = webhookSecret(crypto.getRandomValues(new Uint8Array(24)))
  const [example = ''] = blocks(section('Webhooks'), 'js')
  const path = join(projectRoot, `.aerogram/readme-webhooks-${process.pid}.mjs`)
  const listening = `.listen(0, '127.0.0.1', function () { console.log(this.address().port) })`
  writeFileSync(path, example.replace(/\.listen\(3000.*\)\n$/, listening))
  const receiver = spawn(process.execPath, [path], {
    env: { ...process.env, AEROGRAM_SIGNING_SECRET: secret },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => {
    receiver.kill()
    rmSync(path)
  })
  const lines = createInterface(receiver.stdout)[Symbol.asyncIterator]()
  const endpoint = `http://127.0.0.1:${(await lines.next()).value}/`
  const body = JSON.stringify({ type: 'email.sent', created_at: '', data: { to: ['a@b.c'] } })
  const event = { id: 'msg_1_1_0_0', body, endpoint, secrets: [secret], at: Date.now() }
  const sender = { fetch, timeoutMs: 5000 }
  expect(await sendWebhook(event, sender)).toMatchObject({ status: 200 })
  expect((await lines.next()).value).toBe(`msg_1_1_0_0 email.sent [ 'a@b.c' ]`)
  const forged = { ...event, secrets: [webhookSecret(new Uint8Array(24))] }
  expect(await sendWebhook(forged, sender)).toMatchObject({ status: 400 })
})

test('every type of event that it names is one, and no other is', () => {
  const named = rows(section('Webhooks'))
    .flatMap(([types = '']) => types.split(', '))
    .map((type) => type.replaceAll('`', ''))
    .filter((type) => /^[a-z]+\.[a-z_.]+$/.test(type))
  expect(named.toSorted()).toEqual([...CONTRACT_TYPES, ...OUR_TYPES].toSorted())
})

test('what CI runs is the command of the README', () => {
  const [, runsTests = ''] = blocks(section('Try it'), 'sh')
  const ci = readFileSync(join(projectRoot, '.ci/run'), 'utf8')
  expect(ci.replace('npm_config_loglevel=silent ', '')).toContain(runsTests.trim())
})

/** White space between tags says nothing. */
function inOneLine(html: string): string {
  return html.replaceAll(/>\s+</g, '><').trim()
}

/** As the table writes it. */
function shown(name: string, value: Config[keyof Config]): string {
  if (value === undefined) return name.startsWith('AWS_') ? 'AWS' : 'none'
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function unasked(): never {
  throw new Error('Nobody is asked for a list of routes')
}

const eventsDeps: Parameters<typeof createEvents>[0] = {
  verify: unasked,
  confirm: unasked,
  subscriptions: { confirm: unasked, isConfirmed: unasked, end: unasked },
  queue: { enqueue: unasked },
  unsubscribe: unasked,
  readPreferences: unasked,
  savePreferences: unasked,
  tokenKeys: [],
  now: unasked,
  newId: unasked,
}
