const KEY = /^contents\/([0-9a-f-]{36})\//

/** Where a body or the n-th attachment of a content lies: everything of a content under one prefix. */
export function contentFile(contentId: string, part: 'html' | 'text' | number): string {
  return `${filesFrom(contentId)}/${typeof part === 'number' ? `attachment-${part}` : part}`
}

/** Files sort by the age of their content: those of contents from this id on come after it. */
export function filesFrom(contentId: string): string {
  return `contents/${contentId}`
}

/** The content that a file belongs to; its id tells the age (domain/id.ts). Null: not one of these files. */
export function contentOfFile(key: string): string | null {
  return KEY.exec(key)?.[1] ?? null
}
