/** A SendEmail request in JSON. */
export function anEmail(over: object = {}): Record<string, unknown> {
  return {
    FromEmailAddress: 'Aerogram <hello@example.com>',
    Destination: { ToAddresses: ['ada@example.com'] },
    Content: {
      Simple: {
        Subject: { Data: 'Hello' },
        Body: { Html: { Data: '<p>Hello</p>' }, Text: { Data: 'Hello' } },
      },
    },
    EmailTags: [{ Name: 'aerogram_attempt', Value: 'attempt_1' }],
    ConfigurationSetName: 'main',
    ...over,
  }
}

/** A SendBulkEmail request in JSON to `r0@example.com` and so on, attempts `a0`, `a1`, … */
export function aBulk(entries: number, over: object = {}) {
  return {
    FromEmailAddress: 'hello@example.com',
    DefaultContent: {
      Template: {
        TemplateContent: { Subject: 'Hi {{name}}', Html: '<p>{{name}}</p>', Text: '{{name}}' },
        TemplateData: '{"name":"friend"}',
      },
    },
    BulkEmailEntries: Array.from({ length: entries }, (_, at) => ({
      Destination: { ToAddresses: [`r${at}@example.com`] },
      ReplacementTags: [{ Name: 'aerogram_attempt', Value: `a${at}` }],
      ReplacementEmailContent: {
        ReplacementTemplate: { ReplacementTemplateData: JSON.stringify({ name: `Reader ${at}` }) },
      },
    })),
    ConfigurationSetName: 'main',
    ...over,
  }
}
