const KEY = /^contents\/([0-9a-f-]{36})\//

/** Where a body or the n-th attachment of a content lies: everything of a content under one prefix. */
export function contentFile(contentId: string, part: 'html' | 'text' | number): string {
  return `contents/${contentId}/${typeof part === 'number' ? `attachment-${part}` : part}`
}

/** The content that a file belongs to; its id tells the age (domain/id.ts). Null: not one of these files. */
export function contentOfFile(key: string): string | null {
  return KEY.exec(key)?.[1] ?? null
}
