/** What stands where an erased person's address stood; nobody can be written to at it (RFC 2606). */
export const ERASED_ADDRESS = 'erased@erased.invalid'
