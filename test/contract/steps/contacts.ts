import { anId, listWith, type Step } from './step.ts'

const GRACE = 'grace@customer.dev'

/** Contacts of the sixth major, which need no segment. */
export const CONTACTS: Step[] = [
  {
    method: 'contacts.create',
    since: 6,
    args: ({ kept }) => [
      {
        email: GRACE,
        firstName: 'Grace',
        properties: { plan: 'gold' },
        segments: [{ id: kept('audience') }],
        topics: [{ id: kept('topic'), subscription: 'opt_out' }],
      },
    ],
    answer: { object: 'contact', id: anId },
    keep: { grace: 'id' },
  },
  {
    method: 'contacts.list',
    since: 6,
    args: () => [],
    answer: ({ kept }) => listWith({ id: kept('grace'), last_name: null }),
  },
  {
    method: 'contacts.list',
    since: 6,
    args: ({ kept }) => [{ segmentId: kept('audience'), limit: 1 }],
    answer: ({ kept }) => listWith({ id: kept('grace') }),
  },
  {
    method: 'contacts.update',
    since: 6,
    args: () => [{ email: GRACE, lastName: 'Hopper', properties: { plan: 'basic' } }],
    answer: ({ kept }) => ({ object: 'contact', id: kept('grace') }),
  },
  {
    method: 'contacts.get',
    since: 6,
    args: () => [GRACE],
    answer: ({ kept }) => ({
      object: 'contact',
      id: kept('grace'),
      first_name: 'Grace',
      last_name: 'Hopper',
      properties: { plan: { type: 'string', value: 'basic' } },
    }),
  },
  {
    method: 'contacts.topics.list',
    since: 6,
    args: () => [{ email: GRACE }],
    answer: ({ kept }) => listWith({ id: kept('topic'), subscription: 'opt_out' }),
  },
  {
    method: 'contacts.topics.update',
    since: 6,
    args: ({ kept }) => [
      { id: kept('grace'), topics: [{ id: kept('topic'), subscription: 'opt_in' }] },
    ],
    answer: ({ kept }) => ({ id: kept('grace') }),
  },
  {
    method: 'contacts.segments.list',
    since: 6,
    args: ({ kept }) => [{ contactId: kept('grace') }],
    answer: ({ kept }) => listWith({ id: kept('audience') }),
  },
  {
    method: 'contacts.segments.remove',
    since: 6,
    args: ({ kept }) => [{ email: GRACE, segmentId: kept('audience') }],
    answer: ({ kept }) => ({ id: kept('audience'), deleted: true }),
  },
  {
    method: 'contacts.segments.add',
    since: 6,
    args: ({ kept }) => [{ email: GRACE, segmentId: kept('audience') }],
    answer: ({ kept }) => ({ id: kept('audience') }),
  },
  {
    method: 'contacts.imports.create',
    since: 6,
    args: ({ kept }) => [
      {
        file: new Blob(['Mail,Plan\nada@customer.dev,gold\n'], { type: 'text/csv' }),
        columnMap: { email: 'Mail', properties: { plan: { column: 'Plan', type: 'string' } } },
        onConflict: 'upsert',
        segments: [{ id: kept('audience') }],
        topics: [{ id: kept('topic'), subscription: 'opt_in' }],
      },
    ],
    answer: { object: 'contact_import', id: anId },
    keep: { import: 'id' },
  },
  {
    method: 'contacts.imports.get',
    since: 6,
    args: ({ kept }) => [kept('import')],
    answer: ({ kept }) => ({
      object: 'contact_import',
      id: kept('import'),
      status: 'completed',
      counts: { total: 1, created: 1, updated: 0, skipped: 0, failed: 0 },
    }),
  },
  {
    method: 'contacts.imports.list',
    since: 6,
    args: () => [{ status: 'completed' }],
    answer: ({ kept }) => listWith({ id: kept('import') }),
  },
]

/** After all that stands on them. */
export const REMOVALS: Step[] = [
  {
    method: 'contacts.remove',
    since: 6,
    args: () => [GRACE],
    answer: ({ kept }) => ({ object: 'contact', contact: kept('grace'), deleted: true }),
  },
  {
    method: 'topics.remove',
    since: 6,
    args: ({ kept }) => [kept('topic')],
    answer: ({ kept }) => ({ object: 'topic', id: kept('topic'), deleted: true }),
  },
  {
    method: 'contactProperties.remove',
    since: 6,
    args: ({ kept }) => [kept('property')],
    answer: ({ kept }) => ({ object: 'contact_property', id: kept('property'), deleted: true }),
  },
]
