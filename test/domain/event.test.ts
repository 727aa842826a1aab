import { expect, test } from 'vitest'
import type { MailEvent } from '../../src/domain/event.ts'
import { eventKey, EVENT_TYPES, isSuppressionBounce } from '../../src/domain/event.ts'
import { suppressionReason } from '../../src/domain/event.ts'
import { aMailEvent, attemptOf, NOW, OTHER_TOKEN, TOKEN } from '../support/lifecycle.ts'

type Fields = Partial<MailEvent>

/** The same happening told again, in other words. */
test.each<[string, Fields, Fields]>([
  ['send', { type: 'send' }, { at: NOW + 1, messageId: 'x' }],
  ['delivery', { type: 'delivery' }, { at: NOW + 1, diagnostic: '250' }],
  ['reject', { type: 'reject' }, { at: NOW + 1 }],
  ['rendering failure', { type: 'rendering_failure' }, { at: NOW + 1 }],
  ['bounce', { type: 'bounce', feedbackId: 'f' }, { at: NOW + 1, bounceType: 'Permanent' }],
  ['complaint', { type: 'complaint', feedbackId: 'f' }, { at: NOW + 1, complaintType: 'abuse' }],
  ['delay', { type: 'delivery_delay' }, { delayType: 'MailboxFull' }],
  ['subscription', { type: 'subscription' }, { messageId: null }],
  ['open', { type: 'open', ip: '192.0.2.1', userAgent: 'x' }, { isBotEvent: 'Likely' }],
  ['click', { type: 'click', ip: '192.0.2.1', link: 'https://a/' }, { actor: 'human' }],
  ['load of our pixel', { type: 'open', source: 'pixel', loadId: 'l' }, { at: NOW + 1, ip: '::1' }],
])('a %s told twice has one key', (_, fields, again) => {
  expect(eventKey(aMailEvent({ ...fields, ...again }))).toBe(eventKey(aMailEvent(fields)))
})

/** Another happening. */
test.each<[string, Fields, Fields]>([
  ['bounce of another report', { type: 'bounce', feedbackId: 'f' }, { feedbackId: 'g' }],
  ['complaint of another report', { type: 'complaint', feedbackId: 'f' }, { feedbackId: 'g' }],
  ['bounce without a report at another time', { type: 'bounce' }, { at: NOW + 1 }],
  ['delay at another time', { type: 'delivery_delay' }, { at: NOW + 1 }],
  ['subscription at another time', { type: 'subscription' }, { at: NOW + 1 }],
  ['open at another time', { type: 'open' }, { at: NOW + 1 }],
  ['open from another place', { type: 'open', ip: '192.0.2.1' }, { ip: '192.0.2.2' }],
  ['open by another program', { type: 'open', userAgent: 'a' }, { userAgent: 'b' }],
  ['click on another link', { type: 'click', link: 'https://a/' }, { link: 'https://b/' }],
  ['load of our pixel', { type: 'open', source: 'pixel', loadId: 'l' }, { loadId: 'm' }],
  [
    'delivery to another recipient',
    { type: 'delivery', recipient: 'a@b.c' },
    { recipient: 'd@b.c' },
  ],
  ['send of another attempt', { type: 'send' }, { attempt: attemptOf(2, TOKEN) }],
  ['send of another claim', { type: 'send' }, { attempt: attemptOf(1, OTHER_TOKEN) }],
])('a %s has another key', (_, fields, other) => {
  expect(eventKey(aMailEvent({ ...fields, ...other }))).not.toBe(eventKey(aMailEvent(fields)))
})

test('every type has keys of its own', () => {
  const keys = EVENT_TYPES.map((type) => eventKey(aMailEvent({ type })))
  expect(new Set(keys).size).toBe(EVENT_TYPES.length)
})

test('a key starts with its attempt and type, which statements look for', () => {
  expect(eventKey(aMailEvent())).toBe(`${attemptOf(1, TOKEN)}|send||`)
  expect(eventKey(aMailEvent({ attempt: null, type: 'bounce', feedbackId: 'f' }))).toBe(
    '|bounce||f',
  )
})

test.each<[Fields, 'bounce' | 'complaint' | null]>([
  [{ type: 'bounce', bounceType: 'Permanent' }, 'bounce'],
  [{ type: 'bounce', bounceType: 'Permanent', subType: 'Suppressed' }, 'bounce'],
  [{ type: 'bounce', bounceType: 'Transient' }, null],
  [{ type: 'bounce', bounceType: 'Undetermined' }, null],
  [{ type: 'bounce' }, null],
  [{ type: 'complaint' }, 'complaint'],
  [{ type: 'complaint', complaintType: 'abuse' }, 'complaint'],
  [{ type: 'complaint', complaintType: 'not-spam' }, null],
  [{ type: 'delivery' }, null],
  [{ type: 'reject' }, null],
])('%j suppresses by %s', (fields, reason) => {
  expect(suppressionReason(aMailEvent(fields))).toBe(reason)
})

test.each<[Fields, boolean]>([
  [{ type: 'bounce', subType: 'Suppressed' }, true],
  [{ type: 'bounce', subType: 'OnAccountSuppressionList' }, true],
  [{ type: 'bounce', subType: 'General' }, false],
  [{ type: 'bounce' }, false],
  [{ type: 'complaint', subType: 'OnAccountSuppressionList' }, false],
])('%j is a bounce on a suppression list: %s', (fields, is) => {
  expect(isSuppressionBounce(aMailEvent(fields))).toBe(is)
})
