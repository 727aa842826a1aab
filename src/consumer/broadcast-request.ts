import type { NameValue } from '../domain/content.ts'
import type { BroadcastContent, BroadcastValues } from './broadcast-content.ts'
import { type Destination, sendBulkEmailRequest, sendEmailRequest } from './build-request.ts'
import type { CalledEmail } from './call-ses.ts'
import type { PreparedRequest, SesForm } from './make-call.ts'
import { loadAttachments, MAX_BULK_BYTES } from './prepare-request.ts'
import type { Sending } from './sending.ts'

/** A broadcast's claimed email with all that its entry needs. */
export interface BroadcastEmail extends CalledEmail {
  /** The shared form was refused, or its slots are too large for an entry. */
  alone: boolean
  destination: Destination
  headers: NameValue[]
  values: BroadcastValues
  slots: Record<string, string>
}

/** The request of one call; the same email alone is the whole rendering, byte for byte what SES would make of the slots. */
export async function prepareBroadcast(
  form: SesForm,
  emails: BroadcastEmail[],
  content: BroadcastContent,
  sending: Sending,
): Promise<PreparedRequest> {
  const { configurationSet, sesTracking } = sending.settings
  const tracking = sesTracking && content.sesTracking
  try {
    const attachments = await loadAttachments(content.attachments, sending)
    if (form === 'SendBulkEmail') {
      const body = sendBulkEmailRequest(
        { ...content, sesTracking: tracking, attachments, configurationSet },
        emails.map(({ claimed, destination, headers, slots }) => ({
          destinations: [destination],
          attempt: claimed.attempt,
          tags: content.tags,
          headers,
          slots,
        })),
      )
      return new TextEncoder().encode(body).length > MAX_BULK_BYTES ? 'too large' : { body }
    }
    const [email] = emails
    if (email === undefined) return null
    const whole = content.whole(email.values)
    if (whole.type === 'refused') return null
    const body = sendEmailRequest(
      {
        sender: content.sender,
        replyTo: content.replyTo,
        subject: whole.subject,
        html: whole.html,
        text: whole.text,
        destinations: [email.destination],
        attempt: email.claimed.attempt,
        tags: content.tags,
        headers: email.headers,
        sesTracking: tracking,
        clickTracking: content.clickTracking,
      },
      attachments,
      configurationSet,
    )
    return { body }
  } catch (error) {
    console.warn('content could not be read', { emails: emails.length, error: String(error) })
    return null
  }
}
