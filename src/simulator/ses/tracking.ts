import { createHash } from 'node:crypto'

/** Stands where a template asked for the pixel. */
export const TRACKER_MARK = '<!--ses:openTracker-->'

/** SES's open pixel, at its mark or else at the end of the body. */
export function withPixel(html: string, region: string, sesMessageId: string): string {
  const image = `<img alt="" src="${pixelUrl(region, sesMessageId)}" width="1" height="1" style="display:none">`
  if (html.includes(TRACKER_MARK)) return html.replace(TRACKER_MARK, image)
  const end = html.toLowerCase().lastIndexOf('</body>')
  return end < 0 ? html + image : html.slice(0, end) + image + html.slice(end)
}

function pixelUrl(region: string, sesMessageId: string): string {
  const mark = createHash('sha256').update(sesMessageId).digest('hex')
  return `https://${mark.slice(0, 8)}.r.${region}.awstrack.me/I0/${sesMessageId}/${mark.slice(8, 35)}=${parseInt(mark.slice(36, 38), 16)}`
}

/** Source addresses of the images of an html body, as a mail client reads them. */
export function imagesOf(html: string): string[] {
  return attributes(html, /<img\b[^>]*?\ssrc\s*=\s*(?:"([^"]*)"|'([^']*)')/gi)
}

/** Targets of its links. */
export function linksOf(html: string): string[] {
  return attributes(html, /<a\b[^>]*?\shref\s*=\s*(?:"([^"]*)"|'([^']*)')/gi).filter((url) =>
    /^https?:\/\//i.test(url),
  )
}

function attributes(html: string, pattern: RegExp): string[] {
  return [...html.matchAll(pattern)].map((match) =>
    (match[1] ?? match[2] ?? '')
      .replaceAll('&quot;', '"')
      .replaceAll('&#39;', "'")
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&'),
  )
}
