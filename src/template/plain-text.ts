import { compile } from 'html-to-text'

/** Beyond these an email goes without a text part: the parser's time grows with the square of nesting. */
const MAX_LENGTH = 500_000
const MAX_TAGS = 30_000

const convert = compile({
  wordwrap: false,
  limits: { maxDepth: 100 },
  selectors: [
    { selector: 'img', format: 'skip' },
    { selector: 'a', options: { hideLinkHrefIfSameAsText: true } },
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({
      selector,
      options: { uppercase: false },
    })),
  ],
})

/** What a reader without html sees; null when the html is too large to make text of. */
export function plainText(html: string): string | null {
  if (html.length > MAX_LENGTH) return null
  let tags = 0
  for (let at = html.indexOf('<'); at !== -1; at = html.indexOf('<', at + 1)) tags++
  return tags > MAX_TAGS ? null : convert(html)
}
