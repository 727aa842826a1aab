const LEAVE_OUT = `UPDATE recipients SET left_out = o.reason
FROM (SELECT value->>'email_id' AS email_id, value->>'address' AS address, value->>'reason' AS reason
  FROM json_each(?1)) o
WHERE recipients.email_id = o.email_id AND recipients.address = o.address AND left_out IS NULL`

export interface LeftOut {
  email_id: string
  address: string
  reason: string
}

/** Keeps why a recipient of an email to several did not get it. */
export async function leaveOut(db: D1Database, leftOut: LeftOut[]): Promise<void> {
  await db.prepare(LEAVE_OUT).bind(JSON.stringify(leftOut)).run()
}
