/** As SES writes it into the Message-ID header; its first region has a domain of its own. */
export function messageId(sesMessageId: string, region: string): string {
  return `<${sesMessageId}@${region === 'us-east-1' ? 'email' : region}.amazonses.com>`
}
