/**
 * The keys that clients count on, by the call that is answered: `key` is there and not null, `key?`
 * is there and may be null, `key=x` is exactly x. Others may stand beside them.
 */
export const SHAPES: Record<string, { of: string } | { list: string }> = {
  'POST /emails': { of: 'id' },
  'POST /emails/batch': { of: 'data' },
  // There is a message id from the moment that SES took the email.
  'GET /emails': {
    list: 'id message_id? to from created_at subject cc? bcc? reply_to? last_event scheduled_at?',
  },
  'GET /emails/{id}': {
    of: 'object=email id message_id? to from created_at subject html? text? cc? bcc? reply_to? last_event scheduled_at? tags',
  },
  'PATCH /emails/{id}': { of: 'object=email id' },
  'POST /emails/{id}/cancel': { of: 'object=email id' },
  'GET /emails/{id}/attachments': {
    list: 'id filename size content_type content_disposition download_url expires_at',
  },
  'GET /emails/{id}/attachments/{attachment}': {
    of: 'object=attachment id filename size content_type content_disposition download_url expires_at',
  },
  'GET /emails/metrics': {
    of: 'object=metrics start_date end_date metrics dimensions granularity totals',
  },

  'POST /templates': { of: 'object=template id' },
  'GET /templates': { list: 'id name alias? status published_at? created_at updated_at' },
  'GET /templates/{id}': {
    of: 'object=template id name alias? status published_at? created_at updated_at current_version_id from? subject? reply_to? html text? variables has_unpublished_versions',
  },
  'PATCH /templates/{id}': { of: 'object=template id' },
  'DELETE /templates/{id}': { of: 'object=template id deleted' },
  'POST /templates/{id}/publish': { of: 'object=template id' },
  'POST /templates/{id}/duplicate': { of: 'object=template id' },

  'POST /contacts': { of: 'object=contact id' },
  'GET /contacts': { list: 'id email first_name? last_name? created_at unsubscribed' },
  'GET /contacts/{contact}': {
    of: 'object=contact id email first_name? last_name? created_at unsubscribed properties',
  },
  'PATCH /contacts/{contact}': { of: 'object=contact id' },
  'DELETE /contacts/{contact}': { of: 'object=contact id contact deleted' },
  'GET /contacts/{contact}/segments': { list: 'id name created_at' },
  'POST /contacts/{contact}/segments/{segment}': { of: 'id' },
  'DELETE /contacts/{contact}/segments/{segment}': { of: 'id audienceId deleted' },
  'GET /contacts/{contact}/topics': { list: 'id name description? subscription' },
  'PATCH /contacts/{contact}/topics': { of: 'id' },
  'POST /contacts/imports': { of: 'object=contact_import id' },
  'GET /contacts/imports': {
    list: 'object=contact_import id status created_at completed_at? counts',
  },
  'GET /contacts/imports/{id}': {
    of: 'object=contact_import id status created_at completed_at? counts',
  },

  'POST /segments': { of: 'object=segment id name' },
  'GET /segments': { list: 'id name created_at' },
  'GET /segments/{id}': { of: 'object=segment id name created_at' },
  'PATCH /segments/{id}': { of: 'object=segment id' },
  'DELETE /segments/{id}': { of: 'object=segment id deleted' },
  'GET /segments/{id}/contacts': {
    list: 'id email first_name? last_name? created_at unsubscribed',
  },
  'POST /audiences': { of: 'object=audience id name' },
  'GET /audiences': { list: 'id name created_at' },
  'GET /audiences/{id}': { of: 'object=audience id name created_at' },
  'DELETE /audiences/{id}': { of: 'object=audience id deleted' },
  'POST /audiences/{id}/contacts': { of: 'object=contact id' },
  'GET /audiences/{id}/contacts': {
    list: 'id email first_name? last_name? created_at unsubscribed',
  },
  'GET /audiences/{id}/contacts/{contact}': {
    of: 'object=contact id email first_name? last_name? created_at unsubscribed',
  },
  'PATCH /audiences/{id}/contacts/{contact}': { of: 'object=contact id' },
  'DELETE /audiences/{id}/contacts/{contact}': { of: 'object=contact id contact deleted' },

  'POST /topics': { of: 'id' },
  'GET /topics': { list: 'id name description? default_subscription created_at' },
  'GET /topics/{id}': { of: 'id name description? default_subscription created_at' },
  'PATCH /topics/{id}': { of: 'id' },
  'DELETE /topics/{id}': { of: 'object=topic id deleted' },
  'POST /contact-properties': { of: 'object=contact_property id' },
  'GET /contact-properties': { list: 'id key type fallback_value? created_at' },
  'GET /contact-properties/{id}': {
    of: 'object=contact_property id key type fallback_value? created_at',
  },
  'PATCH /contact-properties/{id}': { of: 'object=contact_property id' },
  'DELETE /contact-properties/{id}': { of: 'object=contact_property id deleted' },

  'POST /broadcasts': { of: 'object=broadcast id' },
  'GET /broadcasts': {
    list: 'id name audience_id? segment_id? status created_at scheduled_at? sent_at?',
  },
  'GET /broadcasts/{id}': {
    of: 'object=broadcast id name audience_id? segment_id? from subject reply_to? preview_text? status created_at scheduled_at? sent_at? topic_id? html? text?',
  },
  'PATCH /broadcasts/{id}': { of: 'id' },
  'DELETE /broadcasts/{id}': { of: 'object=broadcast id deleted' },
  'POST /broadcasts/{id}/send': { of: 'id' },
  'POST /broadcasts/{id}/cancel': { of: 'object=broadcast id' },
  'POST /broadcasts/{id}/duplicate': { of: 'object=broadcast id' },
  'GET /broadcasts/{id}/recipients': { list: 'id contact_id? email' },
  'GET /broadcasts/{id}/clicked-links': { list: 'id url clicks unique_clicks' },

  'POST /webhooks': { of: 'object=webhook id signing_secret' },
  'GET /webhooks': { list: 'id endpoint events? status created_at' },
  'GET /webhooks/{id}': {
    of: 'object=webhook id endpoint events? status created_at signing_secret',
  },
  'PATCH /webhooks/{id}': { of: 'object=webhook id' },
  'DELETE /webhooks/{id}': { of: 'object=webhook id deleted' },
  'POST /webhooks/{id}/signing-secret/rotate': { of: 'object=webhook id signing_secret' },
  'GET /webhooks/{id}/events': { list: 'id type created_at status' },
  'GET /webhooks/{id}/events/{event}': {
    of: 'object=webhook_event id type created_at status next_attempt_at? payload',
  },
  'GET /webhooks/{id}/events/{event}/attempts': { list: 'id http_status_code response sent_at' },
  'POST /webhooks/{id}/events/{event}/replay': { of: 'object=webhook_event id' },

  'POST /api-keys': { of: 'id token' },
  'GET /api-keys': { list: 'id name created_at last_used_at?' },
  'PATCH /api-keys/{id}': { of: 'object=api_key id' },
  'DELETE /api-keys/{id}': { of: 'object=api_key id deleted' },
  'POST /domains': { of: 'id name status created_at region records' },
  'GET /domains': { list: 'id name status created_at region' },
  'GET /domains/{id}': { of: 'object=domain id name status created_at region records' },
  'PATCH /domains/{id}': { of: 'object=domain id' },
  'DELETE /domains/{id}': { of: 'object=domain id deleted' },
  'POST /domains/{id}/verify': { of: 'object=domain id' },
  'POST /suppressions': { of: 'object=suppression id' },
  'GET /suppressions': { list: 'id email origin source_id? created_at' },
  'GET /suppressions/{id}': { of: 'object=suppression id email origin source_id? created_at' },
  'DELETE /suppressions/{id}': { of: 'object=suppression id deleted' },
  'POST /suppressions/batch/add': { of: 'data' },
  'POST /suppressions/batch/remove': { of: 'data' },
}

/** Every create is 201, every other success 200; sending is a success of the other kind. */
export function statusOf(call: string): 200 | 201 {
  return CREATES.has(call) ? 201 : 200
}

const CREATES = new Set(
  'templates templates/{id}/duplicate broadcasts/{id}/duplicate contacts contacts/imports segments audiences audiences/{id}/contacts topics contact-properties broadcasts webhooks api-keys domains suppressions'
    .split(' ')
    .map((path) => `POST /${path}`),
)

/** How a good answer to a call lacks what clients count on; empty: it does not. */
export function shapeFaults(call: string, json: unknown): string[] {
  const shape = SHAPES[call]
  if (shape === undefined) return [`${call}: no shape is known`]
  if ('of' in shape) return faultsOf(call, shape.of, Object(json))
  const list: Record<string, unknown> = Object(json)
  const entries: unknown[] = Array.isArray(list['data']) ? list['data'] : []
  return [
    ...faultsOf(call, 'object=list has_more data', list),
    ...entries.flatMap((entry) => faultsOf(`${call} data[]`, shape.list, Object(entry))),
  ]
}

function faultsOf(where: string, keys: string, json: Record<string, unknown>): string[] {
  return keys.split(' ').flatMap((key) => {
    const [, name = '', mark = '', constant] = /^(\w+)([?=]?)(.*)$/.exec(key) ?? []
    const value = json[name]
    if (value === undefined) return [`${where}: ${name} is missing`]
    if (value === null && mark !== '?') return [`${where}: ${name} is null`]
    return mark === '=' && value !== constant ? [`${where}: ${name} is not ${constant}`] : []
  })
}
