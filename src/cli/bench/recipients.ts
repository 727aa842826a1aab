const PARAGRAPHS = 12

/** A newsletter of some 2 KB with three slots beside the link to leave by. */
export const NEWSLETTER = {
  name: 'Bench',
  from: 'The Club <news@club.example.com>',
  subject: '{{{FIRST_NAME|there}}}, the club meets on Friday',
  html: newsletter(),
  text: 'Dear {{{FIRST_NAME|friend}}}, seat {{ seat }} is yours. {{{RESEND_UNSUBSCRIBE_URL}}}',
  // One Open a person, from SES: our own pixel would be a fourth event.
  tracking: { pixel: false, ses: true },
}

function newsletter(): string {
  const paragraph =
    '<p style="margin:0 0 12px;color:#333">We meet at eight in the old library, as we always do, and there will be tea for all who come early.</p>'
  return `<!doctype html><html><body><h1>Dear {{{FIRST_NAME|friend}}}</h1>${paragraph.repeat(PARAGRAPHS)}<p>Your seat is {{ seat }}, <a href="https://club.example.com/seats/{{ seat }}">see it here</a>.</p><p><a href="{{{RESEND_UNSUBSCRIBE_URL}}}">No more of this</a></p></body></html>`
}

/** NDJSON as a host application would upload it. */
export function recipientLines(count: number): string {
  const lines: string[] = []
  for (let n = 0; n < count; n += 1) {
    lines.push(
      JSON.stringify({
        email: `person.${n}@example.com`,
        name: `Person ${n}`,
        variables: { seat: n, first_name: `Person${n}` },
      }),
    )
  }
  return `${lines.join('\n')}\n`
}
