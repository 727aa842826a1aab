const KEY = /^broadcasts\/([0-9a-f-]{36})\//

/** Where the n-th attachment of a broadcast lies: apart from contents, which are kept for a shorter time. */
export function broadcastFile(broadcastId: string, n: number): string {
  return `${broadcastFilesFrom(broadcastId)}/attachment-${n}`
}

/** Files sort by the age of their broadcast: those of broadcasts from this id on come after it. */
export function broadcastFilesFrom(broadcastId: string): string {
  return `broadcasts/${broadcastId}`
}

/** The broadcast that a file belongs to; its id tells the age (domain/id.ts). Null: not one of these files. */
export function broadcastOfFile(key: string): string | null {
  return KEY.exec(key)?.[1] ?? null
}

/** The first number that none of these files has: what is in use is never written over. */
export function nextFileNumber(files: string[]): number {
  const numbers = files.map((file) => Number(/-(\d+)$/.exec(file)?.[1] ?? -1))
  return Math.max(-1, ...numbers) + 1
}
