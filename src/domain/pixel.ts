/** The html with our own pixel just before its body ends, or at its end. */
export function withPixel(html: string, url: string): string {
  const pixel = `<img src="${url}" width="1" height="1" alt="" style="display:block">`
  // Not by a lower-case copy: some letters change their length with their case.
  const end = [...html.matchAll(/<\/body/gi)].at(-1)?.index ?? html.length
  return html.slice(0, end) + pixel + html.slice(end)
}
