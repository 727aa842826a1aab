/** Attachments as large as SES takes them, and room for the rest: protects the isolate's memory. */
export const MAX_DRAFT_BYTES = 48 * 1024 * 1024

/** Of a body that says no more than what to do. */
export const MAX_WORD_BYTES = 64 * 1024
