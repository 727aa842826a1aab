/** What Amazon SES v2 takes. Source: its API model and quotas pages. */

/** To, cc and bcc together, and entries of a bulk call; also what one job of ours stands for. */
export const RECIPIENTS_A_CALL = 50
/** Characters of one entry's template data. */
export const MAX_TEMPLATE_DATA = 262_144
/** Headers of one email. */
export const MAX_HEADERS = 15
/** Characters of a header's value. */
export const MAX_HEADER_VALUE = 870
