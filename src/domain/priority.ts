/** `high`: a person waits for it; `bulk`: nobody does. */
export const PRIORITIES = ['high', 'normal', 'bulk'] as const
export type Priority = (typeof PRIORITIES)[number]
