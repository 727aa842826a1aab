import { env } from 'cloudflare:workers'
import { createTemplates } from '../../src/templates/app.ts'
import { type AnApi, anApi, type ApiOptions, random } from './an-api.ts'
import { limitedEnv } from './limits.ts'

/** The API with the endpoints of templates, a request each an invocation of its own. */
export async function aTemplateApi(options: Omit<ApiOptions, 'more'> = {}): Promise<AnApi> {
  const api = await anApi({
    ...options,
    more: createTemplates({ db: limitedEnv(env).DB, now: () => api.clock.now, random }),
  })
  return api
}

export function aTemplate(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    name: 'Receipt',
    from: 'Acme <hello@acme.dev>',
    subject: 'Your order {{{ORDER}}}',
    reply_to: 'help@acme.dev',
    html: '<p>Dear {{{NAME|customer}}}, {{{ORDER}}} costs {{ TOTAL }}.</p>',
    variables: [
      { key: 'ORDER', type: 'string' },
      { key: 'NAME', type: 'string' },
      { key: 'TOTAL', type: 'number', fallback_value: 0 },
    ],
    ...fields,
  }
}

/** Its id. */
export async function aPublished(
  api: AnApi,
  fields: Record<string, unknown> = {},
): Promise<string> {
  const { json } = await api.call('POST', '/templates', aTemplate(fields))
  const id = String(json['id'])
  await api.call('POST', `/templates/${id}/publish`)
  return id
}
