/** The html with our own pixel just before its body ends, or at its end. */
export function withPixel(html: string, url: string): string {
  const pixel = `<img src="${url}" width="1" height="1" alt="" style="display:block">`
  const end = html.toLowerCase().lastIndexOf('</body')
  return end === -1 ? html + pixel : html.slice(0, end) + pixel + html.slice(end)
}
