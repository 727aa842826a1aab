/** SES's end of domains: all that is asked for is there, its keys not yet found in the DNS. */
export function sesIdentities(): (request: Request) => Promise<Response> {
  return async (request) => {
    const { hostname, pathname } = new URL(request.url)
    if (!/^email\.[a-z0-9-]+\.amazonaws\.com$/.test(hostname)) {
      throw new Error(`reached out to ${request.url}`)
    }
    if (!pathname.startsWith('/v2/email/identities')) throw new Error(`SES was asked ${pathname}`)
    const [domain] = pathname.split('/').slice(4)
    if (request.method !== 'GET') return Response.json({})
    return Response.json({
      DkimAttributes: { Status: 'PENDING', Tokens: ['one', 'two', 'three'] },
      MailFromAttributes: {
        MailFromDomain: `send.${domain}`,
        MailFromDomainStatus: 'PENDING',
      },
    })
  }
}
