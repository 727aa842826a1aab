import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Outline } from '../../src/domain/content.ts'
import { planCalls, type Sendable } from '../../src/domain/plan-calls.ts'

let made = 0

function aSendable(fields: Partial<Sendable> = {}, outline: Partial<Outline> = {}): Sendable {
  made += 1
  return {
    id: `email ${made}`,
    attempt: `attempt ${made}`,
    priority: 'normal',
    recipient_count: 1,
    alone: false,
    outline: {
      id: `content ${made}`,
      sender: 'Acme <hello@acme.dev>',
      reply_to: [],
      subject: 'Hello',
      headers: [],
      tags: [],
      attachments: [],
      pixel: true,
      ses_tracking: true,
      click_tracking: false,
      html_length: 100,
      text_length: 50,
      ...outline,
    },
    ...fields,
  }
}

function sizes(emails: Sendable[]): [string, number][] {
  return planCalls(emails).map((call) => [call.form, call.emails.length])
}

const many = (count: number, fields?: Partial<Sendable>, outline?: Partial<Outline>) =>
  Array.from({ length: count }, () => aSendable(fields, outline))

test('emails that agree share calls of at most fifty recipients', () => {
  expect(sizes(many(120))).toEqual([
    ['SendBulkEmail', 50],
    ['SendBulkEmail', 50],
    ['SendBulkEmail', 20],
  ])
  expect(sizes(many(20, { recipient_count: 6 }))).toEqual([
    ['SendBulkEmail', 8],
    ['SendBulkEmail', 8],
    ['SendBulkEmail', 4],
  ])
})

test('a call of one email is a SendEmail', () => {
  expect(sizes(many(1))).toEqual([['SendEmail', 1]])
  expect(sizes(many(51))).toEqual([
    ['SendBulkEmail', 50],
    ['SendEmail', 1],
  ])
})

const attachment = { file: 'f', filename: 'a.pdf', content_type: 'x', content_id: null, size: 1 }

test.each<[string, Partial<Outline>]>([
  ['sender', { sender: 'Other <other@acme.dev>' }],
  ['reply-to', { reply_to: ['help@acme.dev'] }],
  ['tracking', { ses_tracking: false }],
  ['click tracking', { click_tracking: true }],
  ['attachments', { attachments: [attachment] }],
  ['having html', { html_length: null }],
  ['having text', { text_length: null }],
])('emails that differ in %s do not share a call', (_, outline) => {
  const emails = [aSendable(), aSendable({}, outline), aSendable(), aSendable({}, outline)]
  expect(sizes(emails)).toEqual([
    ['SendBulkEmail', 2],
    ['SendBulkEmail', 2],
  ])
})

test.each<[string, Partial<Outline>]>([
  ['subject', { subject: 'Another' }],
  ['length', { html_length: 5000, text_length: 7 }],
  ['headers', { headers: [{ name: 'X-A', value: 'b' }] }],
  ['tags', { tags: [{ name: 'a', value: 'b' }] }],
])('emails that differ only in %s share a call', (_, outline) => {
  expect(sizes([aSendable(), aSendable({}, outline)])).toEqual([['SendBulkEmail', 2]])
})

test.each<[string, Partial<Sendable>, Partial<Outline>]>([
  ['high priority', { priority: 'high' }, {}],
  ['a template form that SES refused', { alone: true }, {}],
  ['more than an entry may hold', {}, { html_length: 130_000 }],
])('an email of %s goes alone', (_, fields, outline) => {
  expect(sizes(many(3, fields, outline))).toEqual([
    ['SendEmail', 1],
    ['SendEmail', 1],
    ['SendEmail', 1],
  ])
})

test('a call stays below a megabyte', () => {
  expect(sizes(many(20, {}, { html_length: 100_000 }))).toEqual([
    ['SendBulkEmail', 8],
    ['SendBulkEmail', 8],
    ['SendBulkEmail', 4],
  ])
})

test('every email is in exactly one call, and no call breaks a limit', () => {
  const sendable = fc
    .record({
      priority: fc.constantFrom('high', 'normal', 'bulk'),
      recipient_count: fc.integer({ min: 1, max: 50 }),
      alone: fc.boolean(),
      html_length: fc.constantFrom(null, 100, 120_000, 300_000),
      sender: fc.constantFrom('a@acme.dev', 'b@acme.dev'),
    })
    .map(({ html_length, sender, ...fields }) => aSendable(fields, { html_length, sender }))
  fc.assert(
    fc.property(fc.array(sendable, { maxLength: 80 }), (emails) => {
      const calls = planCalls(emails)
      const ids = calls.flatMap((call) => call.emails.map(({ id }) => id))
      expect(ids.toSorted()).toEqual(emails.map(({ id }) => id).toSorted())
      for (const call of calls) {
        const recipients = call.emails.reduce(
          (sum, { recipient_count }) => sum + recipient_count,
          0,
        )
        expect(recipients).toBeLessThanOrEqual(50)
        expect(call.form).toBe(call.emails.length === 1 ? 'SendEmail' : 'SendBulkEmail')
        const mustGoAlone = call.emails.some(({ priority, alone }) => priority === 'high' || alone)
        expect(mustGoAlone && call.emails.length > 1).toBe(false)
      }
    }),
  )
})

test('emails of which one has no html, or no text, do not share a call', () => {
  for (const fields of [{ html_length: null }, { text_length: null }]) {
    expect(sizes([...many(2), ...many(2, {}, fields)])).toEqual([
      ['SendBulkEmail', 2],
      ['SendBulkEmail', 2],
    ])
  }
})

test('everything that an email brings counts against what a call holds', () => {
  const headers = [{ name: 'X-A', value: 'x'.repeat(99_997) }]
  const large = { html_length: 20_000, text_length: 4_000, subject: 'x'.repeat(4_500), headers }
  // 130,000 with the overhead: six are 780,000, and a seventh would be 910,000.
  expect(sizes(many(7, {}, large))).toEqual([
    ['SendBulkEmail', 6],
    ['SendEmail', 1],
  ])
  // 131,072 and more cannot be slots of a template.
  expect(sizes(many(2, {}, { ...large, subject: 'x'.repeat(5_573) }))).toEqual([
    ['SendEmail', 1],
    ['SendEmail', 1],
  ])
})
