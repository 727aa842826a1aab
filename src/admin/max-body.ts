/** Bytes of a request: a hundred addresses are 30 KB. */
export const MAX_BODY = 256 * 1024
