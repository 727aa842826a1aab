/** What a client's method is not called for, by the beginning of its name, and why. */
export const OUT_OF_SCOPE: Record<string, string> = {
  automations: 'a product of its own beside sending',
  events: 'the events of automations',
  inboxes: 'mail is sent here, not received',
  'emails.receiving': 'mail is sent here, not received',
  'emails.share': 'contents are shown to nobody without a key',
  'domains.claims': 'a domain is taken over within the AWS account',
  logs: 'requests are in the logs of the Worker',
  usage: 'plans are those of AWS and Cloudflare',
  oauthGrants: 'keys are the only credential',
  sendEmail: 'the road before /emails, which no major after the first takes',
}

/** Methods that make no request of their own, and why. */
export const WITHOUT_REQUEST: Record<string, string> = {
  'templates.performCreate': 'what create does',
  'contacts.imports.buildCreateFormData': 'what create does',
  'contacts.imports.buildColumnMap': 'what create does',
  'contacts.imports.appendField': 'what create does',
  'webhooks.verify': 'reads what we send, which is tested where we send it',
  'emails.receiving.downloadRaw': 'fetches what an answer names',
  'emails.receiving.forwardPassthrough': 'what forward does',
  'emails.receiving.forwardWrapped': 'what forward does',
}

/** What every other method goes through. */
export const PLUMBING = ['fetchRequest', 'post', 'get', 'put', 'patch', 'delete', 'logError']

export function isOutOfScope(method: string): boolean {
  return Object.keys(OUT_OF_SCOPE).some((name) => method === name || method.startsWith(`${name}.`))
}
