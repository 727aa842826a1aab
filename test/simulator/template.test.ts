import { expect, test } from 'vitest'
import { inlineTemplate } from '../../src/simulator/ses/template.ts'
import { anEndpoint } from './endpoint.ts'
import { aBulk, anEmail } from './requests.ts'
import { aSimulator, everythingSetUp } from './running.ts'
import { until } from './until.ts'

test.for([
  '{{#if a}}x{{/if}}',
  '{{#each a}}x{{/each}}',
  '{{{a}}}',
  '{{&a}}',
  '{{a.b}}',
  '{{a b}}',
  '{{a b=1}}',
  '{{no_reply}}',
  '{{this}}',
  '{{../a}}',
  '{{@root}}',
  '{{> p}}',
  '{{! a comment}}',
  '{{!-- a comment --}}',
  '{{~a}}',
  '{{a~}}',
  '{{"a"}}',
  '{{1.5}}',
  '{{true}}',
  '{{[a b]}}',
  '{{else}}',
  '{{a',
  '{{}}',
  '{{a}',
])('SES does not render %s', async (source) => {
  const { rawSes } = await aSimulator()
  const answer = await rawSes(
    '/v2/email/outbound-emails',
    anEmail({
      ConfigurationSetName: undefined,
      Content: {
        Template: { TemplateContent: { Subject: 's', Html: source }, TemplateData: '{}' },
      },
    }),
  )
  expect(answer).toMatchObject({
    status: 400,
    type: 'BadRequestException',
    text: '{"message":"Template contains unsupported operations."}',
  })
})

test('simple names are filled in and nothing is escaped', () => {
  const template = inlineTemplate('<p>{{v0}} {{ v1 }} {{v0}} {single} }}</p>')
  expect(template.names).toEqual(['v0', 'v1'])
  expect(template.render({ v0: '<b>"&', v1: '{{v0}}' })).toBe(
    '<p><b>"& {{v0}} <b>"& {single} }}</p>',
  )
  expect(inlineTemplate('{{constructor}}').names).toEqual(['constructor'])
})

test('entry data goes over default data, through objects', async () => {
  const { rawSes, ledger } = await aSimulator()
  const bulk = aBulk(1, {
    ConfigurationSetName: undefined,
    DefaultContent: {
      Template: {
        TemplateContent: { Subject: '{{name}} {{city}}', Text: 'x' },
        TemplateData: '{"name":"friend","city":"Oslo"}',
      },
    },
  })
  await rawSes('/v2/email/outbound-bulk-emails', bulk)
  expect((await ledger()).accepted.map(({ subject }) => subject)).toEqual(['Reader 0 Oslo'])
})

test('a missing variable is accepted and ends as a Rendering Failure', async () => {
  const simulator = await aSimulator()
  const endpoint = await anEndpoint()
  await everythingSetUp(simulator, endpoint)
  const bulk = aBulk(1, {
    DefaultContent: {
      Template: { TemplateContent: { Subject: 'Hi', Text: '{{name}} {{toString}}' } },
    },
  })
  const { status, text } = await simulator.rawSes('/v2/email/outbound-bulk-emails', bulk)
  expect(status).toBe(200)
  expect(text).toContain('SUCCESS')
  await until(() => endpoint.events().length > 0)
  expect(endpoint.events('Rendering Failure')[0]).toMatchObject({
    failure: {
      errorMessage: "Attribute 'toString' is not present in the rendering data.",
      templateName: expect.any(String),
    },
    mail: { tags: { aerogram_attempt: ['a0'] } },
  })
})
