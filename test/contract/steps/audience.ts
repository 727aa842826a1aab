import { expect } from 'vitest'
import { type At, anId, listWith, type Step } from './step.ts'

const ADA = 'ada+1@customer.dev'

/** The audience of an old client, in its words. */
const within = ({ major, kept }: At) => ({
  [major < 3 ? 'audience_id' : 'audienceId']: kept('audience'),
})
const named = (major: number, first: string | null) => ({
  [major < 3 ? 'first_name' : 'firstName']: first,
})

/** A contact in an audience, as majors 2 to 5 have it and the sixth still does. */
export const AUDIENCES: Step[] = [
  {
    method: 'audiences.create',
    since: 2,
    until: 5,
    args: ({ major }) => [{ name: `Members ${major}` }],
    answer: ({ major }) => ({ object: 'audience', id: anId, name: `Members ${major}` }),
    keep: { audience: 'id' },
  },
  {
    method: 'segments.create',
    since: 6,
    args: () => [{ name: 'Members' }],
    answer: { object: 'segment', id: anId, name: 'Members' },
    keep: { audience: 'id' },
  },
  {
    method: 'audiences.list',
    since: 2,
    until: 5,
    args: () => [],
    answer: ({ kept }) => listWith({ id: kept('audience') }),
  },
  {
    method: 'audiences.get',
    since: 2,
    until: 5,
    args: ({ kept }) => [kept('audience')],
    answer: ({ kept }) => ({ object: 'audience', id: kept('audience') }),
  },
  {
    method: 'contacts.create',
    since: 2,
    args: (at) => [{ ...within(at), email: ADA, ...named(at.major, 'Ada'), unsubscribed: false }],
    answer: { object: 'contact', id: anId },
    keep: { contact: 'id' },
  },
  {
    method: 'contacts.list',
    since: 2,
    args: (at) => [within(at)],
    answer: ({ kept }) => listWith({ id: kept('contact'), email: ADA, unsubscribed: false }),
  },
  {
    method: 'contacts.update',
    since: 2,
    args: (at) => [{ ...within(at), id: at.kept('contact'), ...named(at.major, 'Grace') }],
    answer: ({ kept }) => ({ object: 'contact', id: kept('contact') }),
  },
  {
    method: 'contacts.get',
    since: 2,
    args: (at) => [{ ...within(at), id: at.kept('contact') }],
    answer: ({ kept }) => ({
      object: 'contact',
      id: kept('contact'),
      email: ADA,
      first_name: 'Grace',
      last_name: null,
      unsubscribed: false,
    }),
  },
  {
    method: 'contacts.get',
    since: 4,
    args: (at) => [{ ...within(at), email: ADA }],
    answer: ({ kept }) => ({ object: 'contact', id: kept('contact') }),
  },
  {
    method: 'contacts.create',
    since: 2,
    // The same address is the same contact.
    args: (at) => [{ ...within(at), email: ADA }],
    answer: ({ kept }) => ({ id: kept('contact') }),
  },
  {
    method: 'contacts.remove',
    since: 2,
    args: (at) => [
      { ...within(at), ...(at.major < 3 ? { id: at.kept('contact') } : { email: ADA }) },
    ],
    answer: ({ kept }) => ({
      object: 'contact',
      id: kept('contact'),
      contact: kept('contact'),
      deleted: true,
    }),
  },
  {
    method: 'contacts.create',
    since: 4,
    until: 5,
    // For the broadcasts of later steps.
    args: (at) => [{ ...within(at), email: 'bob@customer.dev' }],
    answer: { object: 'contact', id: anId },
  },
  {
    method: 'audiences.create',
    since: 2,
    until: 5,
    args: () => [{ name: 'Nobody' }],
    answer: { object: 'audience', id: anId },
    keep: { empty: 'id' },
  },
  {
    method: 'audiences.remove',
    since: 2,
    until: 5,
    args: ({ kept }) => [kept('empty')],
    answer: ({ kept }) => ({ object: 'audience', id: kept('empty'), deleted: true }),
  },
]

export const SEGMENTS: Step[] = [
  {
    method: 'segments.update',
    since: 6,
    args: ({ kept }) => [kept('audience'), { name: 'All members' }],
    answer: ({ kept }) => ({ object: 'segment', id: kept('audience') }),
  },
  {
    method: 'segments.list',
    since: 6,
    args: () => [{ limit: 100 }],
    answer: ({ kept }) => listWith({ id: kept('audience'), name: 'All members' }),
  },
  {
    method: 'segments.get',
    since: 6,
    args: ({ kept }) => [kept('audience')],
    answer: ({ kept }) => ({ object: 'segment', id: kept('audience'), name: 'All members' }),
  },
  {
    method: 'segments.remove',
    since: 6,
    args: () => [crypto.randomUUID()],
    // Who is unknown is gone.
    answer: { object: 'segment', id: anId, deleted: true },
  },
  {
    method: 'topics.create',
    since: 6,
    args: () => [{ name: 'News', defaultSubscription: 'opt_in' }],
    answer: { id: anId },
    keep: { topic: 'id' },
  },
  {
    method: 'topics.update',
    since: 6,
    args: ({ kept }) => [{ id: kept('topic'), description: 'Each month' }],
    answer: ({ kept }) => ({ id: kept('topic') }),
  },
  {
    method: 'topics.get',
    since: 6,
    args: ({ kept }) => [kept('topic')],
    answer: ({ kept }) => ({
      id: kept('topic'),
      name: 'News',
      description: 'Each month',
      default_subscription: 'opt_in',
    }),
  },
  {
    method: 'topics.list',
    since: 6,
    args: () => [],
    answer: ({ kept }) => listWith({ id: kept('topic') }),
  },
  {
    method: 'contactProperties.create',
    since: 6,
    args: () => [{ key: 'plan', type: 'string', fallbackValue: 'free' }],
    answer: { object: 'contact_property', id: anId },
    keep: { property: 'id' },
  },
  {
    method: 'contactProperties.update',
    since: 6,
    args: ({ kept }) => [{ id: kept('property'), fallbackValue: null }],
    answer: ({ kept }) => ({ object: 'contact_property', id: kept('property') }),
  },
  {
    method: 'contactProperties.get',
    since: 6,
    args: ({ kept }) => [kept('property')],
    answer: ({ kept }) => ({
      id: kept('property'),
      key: 'plan',
      type: 'string',
      fallbackValue: null,
      createdAt: expect.any(String),
    }),
  },
  {
    method: 'contactProperties.list',
    since: 6,
    args: () => [],
    answer: ({ kept }) => listWith({ id: kept('property'), key: 'plan' }),
  },
]
