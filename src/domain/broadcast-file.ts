/** Where the n-th attachment of a broadcast lies: apart from contents, which are kept for a shorter time. */
export function broadcastFile(broadcastId: string, n: number): string {
  return `broadcasts/${broadcastId}/attachment-${n}`
}
