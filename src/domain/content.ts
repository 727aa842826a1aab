/** A header or an SES message tag. */
export interface NameValue {
  name: string
  value: string
}

/** As `contents.attachments` lists them; the bytes lie in R2 under `file`. */
export interface Attachment {
  file: string
  filename: string
  content_type: string
  /** Set for an inline image that the html refers to as `cid:`. */
  content_id: string | null
  /** Bytes before base64. */
  size: number
}

/** All of a content but its bodies, which are read just before the call. */
export interface Outline {
  id: string
  /** As the From header carries it, ASCII. */
  sender: string
  reply_to: string[]
  subject: string
  headers: NameValue[]
  tags: NameValue[]
  attachments: Attachment[]
  pixel: boolean
  ses_tracking: boolean
  /** Links lead over ours. */
  click_tracking: boolean
  html_length: number | null
  text_length: number | null
}

export interface Bodies {
  html: string | null
  text: string | null
}
