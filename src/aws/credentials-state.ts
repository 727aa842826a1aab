import type { Ses } from './ses.ts'

/** Whether AWS takes our credentials; null: it gave no answer that says so. */
export async function credentialsState(
  ses: Pick<Ses, 'getAccount'>,
): Promise<'accepted' | 'refused' | null> {
  try {
    await ses.getAccount()
    return 'accepted'
  } catch (error) {
    return /was refused: 40[13] /.test(String(error)) ? 'refused' : null
  }
}
