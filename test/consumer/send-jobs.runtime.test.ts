import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { accepted, aConsumer, refused, slotsOf } from '../support/a-consumer.ts'
import { acceptedEmails, aJob, rowsOf } from '../support/accepted-emails.ts'
import { NOW } from '../support/an-api.ts'

test('fifty emails that agree go to SES in one call and are sent', async () => {
  const ids = await acceptedEmails(50)
  const consumer = aConsumer()
  const [delivered] = await consumer.run([aJob(ids)])
  expect(delivered).toEqual({ acked: true, retriedAfter: undefined })
  expect(consumer.calls.map(({ operation }) => operation)).toEqual(['SendBulkEmail'])
  expect(new Set((await rowsOf(ids)).map(({ status }) => status))).toEqual(new Set(['sent']))
})

test('each entry of a shared call carries its own subject, html, text, pixel and attempt', async () => {
  const ids = await acceptedEmails(2)
  const consumer = aConsumer()
  await consumer.run([aJob(ids)])
  const [call] = consumer.calls
  expect(call?.body.DefaultContent?.Template.TemplateContent).toEqual({
    Subject: '{{v0}}',
    Html: '{{v1}}',
    Text: '{{v2}}',
  })
  expect(slotsOf(call).map(({ v0 }) => v0)).toEqual(['Subject 0', 'Subject 1'])
  expect(slotsOf(call)[1]?.v1).toBe(
    `<p>Hello 1</p><img src="https://mail.aerogram.test/o/${call?.attempts[1]}.gif" width="1" height="1" alt="" style="display:block">`,
  )
  expect(call?.attempts.map((attempt) => attempt.slice(0, 36))).toEqual(ids)
})

test('a job delivered to us twice sends one email', async () => {
  const ids = await acceptedEmails(1)
  const consumer = aConsumer()
  await consumer.run([aJob(ids), aJob(ids)])
  await consumer.run([aJob(ids)])
  expect(consumer.accepted).toHaveLength(1)
})

test('two workers with the same jobs at once send each email once', async () => {
  const ids = await acceptedEmails(40)
  const [one, two] = [aConsumer(), aConsumer()]
  await Promise.all([one.run([aJob(ids)]), two.run([aJob(ids)])])
  expect(
    [...one.accepted, ...two.accepted].map((attempt) => attempt.slice(0, 36)).toSorted(),
  ).toEqual(ids.toSorted())
})

test('emails of high priority go alone, whatever they share', async () => {
  const ids = await acceptedEmails(3, { priority: 'high' })
  const consumer = aConsumer()
  await consumer.run(ids.map((id) => aJob([id], 'high')))
  expect(consumer.calls.map(({ operation }) => operation)).toEqual(Array(3).fill('SendEmail'))
})

test('a call is signed with the time of its claim', async () => {
  const ids = await acceptedEmails(1)
  const consumer = aConsumer()
  consumer.grant.with = () => ({ granted: 1, waitMs: 1700 })
  await consumer.run([aJob(ids)])
  expect(consumer.calls[0]?.amzDate).toBe('20261124T100001Z')
})

test('without a grant nothing is claimed and the job comes back after the wait', async () => {
  const ids = await acceptedEmails(1)
  const consumer = aConsumer()
  consumer.grant.with = () => ({ granted: 0, waitMs: 7200 })
  const [delivered] = await consumer.run([aJob(ids)])
  expect(delivered).toEqual({ acked: false, retriedAfter: 8 })
  expect(await rowsOf(ids)).toMatchObject([{ state: 'queued', attempt_number: 0 }])
})

test('a wait over a minute gives the email a time and lets the job go', async () => {
  const ids = await acceptedEmails(1)
  const consumer = aConsumer()
  consumer.grant.with = () => ({ granted: 0, waitMs: 600_000, reason: 'quota spent' })
  const [delivered] = await consumer.run([aJob(ids)])
  expect(delivered).toEqual({ acked: true, retriedAfter: undefined })
  expect(await rowsOf(ids)).toMatchObject([
    { state: 'queued', due_at: NOW + 600_000, reason: 'quota spent' },
  ])
})

test('a part grant takes a prefix, the rest takes its turn', async () => {
  const ids = await acceptedEmails(10)
  const consumer = aConsumer()
  consumer.grant.with = (want) => ({ granted: Math.min(want, 4), waitMs: 100 })
  await consumer.run([aJob(ids)])
  expect(consumer.taken.map(({ want }) => want)).toEqual([10, 6, 2])
  expect(consumer.calls.map(({ attempts }) => attempts.length)).toEqual([4, 4, 2])
})

test('a suppressed address is not sent to, the email says so and its token goes back', async () => {
  const ids = await acceptedEmails(2)
  await env.DB.prepare(
    `INSERT INTO suppressions (address, origin, created_at) SELECT address, 'bounce', 0 FROM emails WHERE id = ?1`,
  )
    .bind(ids[0])
    .run()
  const consumer = aConsumer()
  await consumer.run([aJob(ids)])
  expect(consumer.accepted).toHaveLength(1)
  expect(consumer.returned).toEqual([1])
  expect(await rowsOf(ids)).toMatchObject([
    { status: 'suppressed', reason: 'the address is suppressed' },
    { status: 'sent' },
  ])
  const told = await env.DB.prepare(`SELECT key FROM events WHERE email_id = ?1`).bind(ids[0]).all()
  expect(told.results).toMatchObject([{ key: expect.stringContaining('local:suppressed:') }])
})

test.each([
  { answer: () => refused(500, 'InternalFailure', ''), reason: 'InternalFailure: ' },
  { answer: () => refused(503, 'ServiceUnavailable', ''), reason: 'ServiceUnavailable: ' },
  { answer: () => new Response('{"BulkEmailEnt'), reason: 'SES answered 200 with half an answer' },
  {
    answer: () => Response.json({ BulkEmailEntryResults: [] }),
    reason: 'SES answered 200 with another number of entries',
  },
  {
    answer: () => Promise.reject(new TypeError('Network connection lost.')),
    reason: 'TypeError',
  },
])('an answer that leaves room for acceptance puts the emails in doubt: $reason', async (row) => {
  const ids = await acceptedEmails(2)
  const consumer = aConsumer()
  consumer.answer.with = row.answer
  const [delivered] = await consumer.run([aJob(ids)])
  expect(delivered?.acked).toBe(true)
  expect(consumer.requeued).toEqual([])
  const expected = { state: 'in_doubt', reason: row.reason, due_at: NOW + 900_000 }
  expect(await rowsOf(ids)).toMatchObject([expected, expected])
})

test('each of the fourteen entry statuses of a bulk answer has its own outcome', async () => {
  const outcomes = {
    SUCCESS: 'sent',
    MESSAGE_REJECTED: 'failed',
    INVALID_PARAMETER: 'failed',
    MAIL_FROM_DOMAIN_NOT_VERIFIED: 'queued',
    CONFIGURATION_SET_NOT_FOUND: 'queued',
    TEMPLATE_NOT_FOUND: 'queued',
    ACCOUNT_SUSPENDED: 'queued',
    ACCOUNT_THROTTLED: 'queued',
    ACCOUNT_DAILY_QUOTA_EXCEEDED: 'queued',
    INVALID_SENDING_POOL_NAME: 'queued',
    ACCOUNT_SENDING_PAUSED: 'queued',
    CONFIGURATION_SET_SENDING_PAUSED: 'queued',
    TRANSIENT_FAILURE: 'in_doubt',
    FAILED: 'in_doubt',
  }
  const ids = await acceptedEmails(14)
  const consumer = aConsumer()
  consumer.answer.with = () =>
    Response.json({
      BulkEmailEntryResults: Object.keys(outcomes).map((Status) =>
        Status === 'SUCCESS' ? { Status, MessageId: 'm1' } : { Status, Error: 'why' },
      ),
    })
  await consumer.run([aJob(ids)])
  expect((await rowsOf(ids)).map(({ state }) => state)).toEqual(Object.values(outcomes))
  expect(consumer.requeued).toHaveLength(9)
})

test('throttling lowers the rate and costs no try', async () => {
  const ids = await acceptedEmails(3)
  const consumer = aConsumer()
  consumer.answer.with = () =>
    refused(429, 'TooManyRequestsException', 'Maximum sending rate exceeded.')
  await consumer.run([aJob(ids)])
  expect(consumer.reports).toEqual([{ type: 'throttled' }])
  for (const row of await rowsOf(ids)) expect(row).toMatchObject({ state: 'queued', refusals: 0 })
  consumer.answer.with = accepted
  consumer.clock.now += 10_000
  await consumer.run([aJob(ids)])
  for (const row of await rowsOf(ids)) expect(row).toMatchObject({ status: 'sent' })
})

test('refused credentials stop the account, fail nothing and cost no try', async () => {
  const ids = await acceptedEmails(1)
  const consumer = aConsumer()
  consumer.answer.with = () => refused(403, 'AccessDeniedException', 'not authorized')
  await consumer.run([aJob(ids)])
  expect(consumer.reports).toMatchObject([{ type: 'stopped' }])
  expect(await rowsOf(ids)).toMatchObject([{ state: 'queued', refusals: 0 }])
})

test.each([
  { type: 'InvalidSignatureException', message: 'Signature not yet current: 20261124T100000Z' },
  { type: 'LimitExceededException', message: 'Maximum sending rate exceeded.' },
])('an email that $type held up costs no try and does not go round at once', async (row) => {
  const ids = await acceptedEmails(1)
  const consumer = aConsumer()
  consumer.answer.with = () => refused(400, row.type, row.message)
  await consumer.run([aJob(ids)])
  const [email] = await rowsOf(ids)
  expect(email).toMatchObject({ state: 'queued', refusals: 0 })
  expect(email?.due_at).toBeGreaterThanOrEqual(NOW + 1000)
})

test('a refused template form sends the same emails one by one', async () => {
  const ids = await acceptedEmails(2)
  const consumer = aConsumer()
  consumer.answer.with = (request) =>
    request.operation === 'SendBulkEmail'
      ? refused(400, 'BadRequestException', 'Template contains unsupported operations.')
      : accepted(request)
  await consumer.run([aJob(ids)])
  expect(await rowsOf(ids)).toMatchObject([{ alone: 1 }, { alone: 1 }])
  await consumer.run([aJob(ids)])
  for (const row of await rowsOf(ids)) expect(row).toMatchObject({ status: 'sent', refusals: 0 })
  const calls = consumer.calls.flatMap(({ attempts }) => attempts)
  expect(new Set(calls).size).toBe(calls.length)
})

test('a claim that became old before its call is given back uncalled', async () => {
  const ids = await acceptedEmails(7, { priority: 'high' })
  const consumer = aConsumer()
  consumer.answer.with = (request) => {
    consumer.clock.now += 21_000
    return accepted(request)
  }
  await consumer.run([aJob(ids, 'high')])
  const states = (await rowsOf(ids)).map(({ state }) => state)
  const uncalled = states.filter((state) => state === 'queued').length
  expect(uncalled).toBeGreaterThan(0)
  expect(consumer.calls.length + uncalled).toBe(7)
})

test('a job that is not one is buried where a person finds it', async () => {
  const consumer = aConsumer()
  const [delivered] = await consumer.run([{ version: 1, emails: 'all of them' }])
  expect(delivered?.acked).toBe(true)
  const letters = await env.DB.prepare('SELECT queue, reason, body FROM dead_letters').all()
  expect(letters.results).toEqual([
    {
      queue: 'aerogram-local-send',
      reason: 'not a send job',
      body: '{"version":1,"emails":"all of them"}',
    },
  ])
})

test('the recipient policy holds for to, cc and bcc alike', async () => {
  const [id = ''] = await acceptedEmails(1, { address: null, recipient_count: 3 })
  await env.DB.batch(
    (['to', 'cc', 'bcc'] as const).map((kind, position) =>
      env.DB.prepare(
        `INSERT INTO recipients (email_id, address, position, kind) VALUES (?1, ?2, ?3, ?4)`,
      ).bind(id, `${kind}@people.dev`, position, kind),
    ),
  )
  const consumer = aConsumer({
    settings: { recipientPolicy: { type: 'redirect', address: 'inbox@acme.dev' } },
  })
  await consumer.run([{ version: 1, priority: 'normal', emails: [{ id, recipients: 3 }] }])
  const [call] = consumer.calls
  expect(call?.body.Destination).toEqual({ ToAddresses: ['inbox@acme.dev'] })
  expect(call?.body.Content?.Simple.Headers).toEqual([
    {
      Name: 'X-Aerogram-Redirected-From',
      Value: 'to@people.dev, cc@people.dev, bcc@people.dev',
    },
  ])
})

test('a suppressed address gets nothing by a redirect either', async () => {
  await env.DB.prepare(
    `INSERT INTO suppressions (address, origin, created_at) VALUES ('gone@acme.dev', 'bounce', 1)`,
  ).run()
  const ids = await acceptedEmails(2)
  const consumer = aConsumer({
    settings: { recipientPolicy: { type: 'redirect', address: 'gone@acme.dev' } },
  })
  const [delivered] = await consumer.run([aJob(ids)])
  expect(delivered?.acked).toBe(true)
  expect(consumer.calls).toEqual([])
  expect(consumer.returned).toEqual([2])
  const ended = {
    status: 'suppressed',
    reason: 'the address it is redirected to is suppressed',
  }
  expect(await rowsOf(ids)).toMatchObject([ended, ended])
})

test('whom the policy does not allow gets nothing and the email says why', async () => {
  const ids = await acceptedEmails(1)
  const consumer = aConsumer({
    settings: {
      recipientPolicy: { type: 'allow', domains: new Set(['acme.dev']), addresses: new Set() },
    },
  })
  await consumer.run([aJob(ids)])
  expect(consumer.calls).toEqual([])
  expect(await rowsOf(ids)).toMatchObject([
    { status: 'suppressed', reason: 'the recipient policy of this environment' },
  ])
})
