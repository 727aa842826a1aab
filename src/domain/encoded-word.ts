const MAX_WORD_BYTES = 45

/**
 * RFC 2047 encoded-words (B, UTF-8) for what is not printable ASCII, unchanged otherwise.
 * SES takes header values and display names in ASCII only.
 */
export function encodeWords(text: string): string {
  if (/^[\u0020-\u007e]*$/.test(text) && !text.includes('=?')) return text
  const words: string[] = []
  let word = ''
  for (const character of text) {
    if (utf8Length(word + character) > MAX_WORD_BYTES) {
      words.push(word)
      word = ''
    }
    word += character
  }
  if (word !== '') words.push(word)
  return words.map((part) => `=?UTF-8?B?${base64(part)}?=`).join(' ')
}

/** `Name <address>` as a header carries it (RFC 5322 section 3.4), names encoded or quoted. */
export function mailbox(address: string, name: string | null): string {
  if (name === null || name === '') return address
  const encoded = encodeWords(name)
  if (encoded !== name || /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+$/.test(name))
    return `${encoded} <${address}>`
  return `"${name.replace(/[\\"]/g, '\\$&')}" <${address}>`
}

function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
}
