/** What stands behind the last @ of a From header in ASCII form. */
export function senderDomain(header: string): string {
  const local = `rtrim(${header}, replace(${header}, '@', ''))`
  return `lower(rtrim(replace(${header}, ${local}, ''), '>'))`
}

/** The row `d` of the domain that `of`, a row with sender and switches, is sent from, if there is one. */
export function ofDomain(of: string): string {
  return `LEFT JOIN domains d ON d.name = ${senderDomain(`${of}.sender`)}`
}

/**
 * A content's switches with those of its domain, read when it is sent. SES tracks opens and clicks
 * or neither, so without one of them it tracks nothing, and our pixel or our links tell the other.
 */
export function trackedColumns(of: string): string {
  return `${of}.pixel AND coalesce(d.open_tracking, 1) AS pixel,
  ${of}.ses_tracking AND coalesce(d.open_tracking, 1) AND coalesce(d.click_tracking, 1) AS ses_tracking,
  ${of}.click_tracking AND coalesce(d.click_tracking, 1) AS click_tracking`
}
