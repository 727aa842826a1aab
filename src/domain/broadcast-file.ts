/** Where the n-th attachment of a broadcast lies: apart from contents, which are kept for a shorter time. */
export function broadcastFile(broadcastId: string, n: number): string {
  return `broadcasts/${broadcastId}/attachment-${n}`
}

/** The first number that none of these files has: what is in use is never written over. */
export function nextFileNumber(files: string[]): number {
  const numbers = files.map((file) => Number(/-(\d+)$/.exec(file)?.[1] ?? -1))
  return Math.max(-1, ...numbers) + 1
}
